"""The assisted loan (助保贷): the rules, in the order of the text that they answer.

| article | what it says | where |
|---|---|---|
| QJ-2, QJ-15 | the lender pays the loan out; the filing before it | `disbursement`, `filing` |
| QJ-4 | risk fund and contributions | `placement`, `contribution` |
| QJ-5 | the closed account | `account` |
| QJ-6 | the pool ends; what is left goes back | `closure` |
| QJ-7, QJ-13 | who joins the pool | `admission` |
| QJ-8, QJ-14 | the recommendation to a lender | `recommendation` |
| QJ-9, QJ-15 | the lender's decision, and the enterprise's maximum | `decision` |
| QJ-10 to QJ-12, QJ-14 | term, rate, schedule, contracts | `contract` |
| QJ-12, QJ-17, QJ-18 | the days, what is missed and overdue | `deadlines` |
| QJ-16 | repayment | `repayment` |
| QJ-17, QJ-18 | the claims in two stages, and their payment | `claim`, `compensation` |
| QJ-19 | what is got back, and in which order | `recovery` |
| QJ-21 | the blacklist | `evasion` |

`case` holds the facts of one loan, `book` the pool's money and members, `aftermath` what a late fact undoes,
`calendar_notice` which days move, `profile` the figures, `scheme` joins it all.
"""
