"""Who is told: alerts for people, worked out from the events alone (`alerts.py`); what monitors see (`metrics.py`)."""
