"""The city of a bridge loan (周转贷款): its banks, its loans, and what goes wrong with them.

`city` runs the days; `banks` opens with enrolments and deposits; `loan` plans one loan; `desk` is a main bank's
queue; `course` tells a loan that goes well; `mishaps` tells the others; `pen` writes the messages.
"""
