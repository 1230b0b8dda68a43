"""The contract as others read it: JSON Schema, AsyncAPI and examples, written from the models and from nothing else.

`drawbridge schema` writes them to `schemas/`, tells whether what stands there has drifted from the code, and names each
change since the last released version that would break a reader or a sender.
"""
