"""The bridge loan (周转贷款): the rules, in the order of the text that they answer.

| article | what it says | where |
|---|---|---|
| ZJ-3, ZJ-21 | special fund and its match; applications in order of time | `capacity` |
| ZJ-4, ZJ-6.3, annex 3 | who takes part; the renewal notice | `notice` |
| ZJ-5 to ZJ-9 | who may borrow, when to ask, what to bring, how much | `application` |
| ZJ-7.2 | the main bank's review and its days | `review` |
| ZJ-10 to ZJ-13, annex 4 | guarantee, term, rate, contract, entrustment | `contract` |
| ZJ-11 | the agreed day, the limit, what is overdue or in default | `deadlines`, `extension` |
| ZJ-13 | the money goes out to the original bank and settles the old loan | `disbursement`, `settlement` |
| ZJ-14 | it comes back by the renewal | `renewal`, `forwarding`, `repayment` |
| ZJ-15 | the renewal abandoned | `abandonment` |
| ZJ-16 | the original bank refuses | `refusal`, `../parties/breach` |
| ZJ-17 | seizure | `seizure` |
| ZJ-18, ZJ-20, ZJ-23 | reports, deposits, credit records | `../parties/` |

`case` holds the facts of one loan, `aftermath` what a late fact undoes, `profile` the figures, `scheme` joins it all.
"""
