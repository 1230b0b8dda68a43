"""What whoever is on duty asks of a running service, from outside.

`finding.py` says in which form a check answers, `patient.py` holds what is looked at, `checks/` has a module for each
part of the service, `doctor.py` goes through them and never waits for long. `tracing/` tells what became of a message
or a case. `letters.py` reads the dead letters and what operators ruled on them.
"""
