"""The whole story of a message or a case: where it was received, what became of it, and where it waits.

`asked.py` reads what somebody asks for, `rows.py` finds it in the journal, `search.py` looks for it on its way,
`story.py` puts it together, `page.py` tells it.
"""
