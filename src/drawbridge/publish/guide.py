"""The README of the published folder: how to read it, and how the examples are built."""

GUIDE = """\
# The published contract

Written by `drawbridge schema --write schemas` from the models in `src/drawbridge/bank/`; do not edit by hand.

| where | what |
|---|---|
| `messages/<type>.json` | what you may send: JSON Schema 2020-12 of the whole message |
| `events/<type>.json` | what the gateway sends: events, receipts, alerts, dead letters |
| `asyncapi.yaml` | the channels, AsyncAPI 3.0 |
| `examples/good/` | messages that are accepted, each a file that can be sent as it stands |
| `examples/bad/` | messages that are refused, and with which code |
| `signing/vectors.json` | signed messages, keys and verdicts, to try a signer or a verifier with; kept by hand |
| `released/<version>/` | what was promised with that version; later versions are compared with it |

- Money is in whole fen (`x-unit: fen`, names end in `_fen`), rates are decimal text, dates are `YYYY-MM-DD`, instants
  RFC 3339 with an offset. A field that may be left out is never null.
- Objects in `messages/` are closed: an unknown field is refused. Objects in `events/` are open: pass over what you do
  not know, for a later version may add fields.
- Each object and each list of choices has a name of its own in `$defs`, so that a code generator makes one class of
  it. Fields whose form depends on another field (`review.reasons`) are told apart by `if`/`then`/`else`.
- Two rules are not in the schemas: the check character of a unified social credit code, and that `org_code` may stand
  only in a message whose `time` is up to 2017-12-31.

## The examples

A good example is named by its type and what is special about it, as in `bank.bridge.review.v1--declined`. A bad one is
named by its type and the code, and is an object of

- `code`: the code of the receipt that refuses it,
- `field`: the field that the receipt names (with `schema-violation`),
- `history`: the good examples that are sent before it, in order, so that the case stands where it has to,
- `message`: the message that is refused. `recordedtime`, where it stands, is for a replay file only.

## A release

`drawbridge schema --compare schemas/released/<last version>` names each change since then that would break a sender or
a reader. After a release, copy `messages/`, `events/` and `asyncapi.yaml` to `released/<version>/`.
"""
