"""The pool's city: `city` lets time pass, `course` says how a loan goes, `fund` keeps the money, `pen` writes."""
