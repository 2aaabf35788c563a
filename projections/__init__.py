"""What follows from what happened: pure folds of events into facts, facts + rubric + day into a scorecard.

records       the stream with corrections, retractions and reviews applied
facts         the records that count, indexed by topic; organization, roster, study
requirement   one thing asked for, its status on a day, its loss
rules/        one class for each rule kind of the rubric: evaluates, explains
evaluation    every clause of a unit on a day, and the totals
live          a unit kept in memory, moved on event by event
signing       the figures that an assessor fixed
appeals       what units dispute, and what came of it
lags          how long after it happened things are recorded
matters       what an assessor should look at in a unit's records
reviewing     the kept list of matters and lags, brought up to date when somebody looks; review_rows has its SQL
trail         looking back through the whole ledger, a page at a time; trail_rows has its SQL
totals        the kept rows, written in the transaction of the append
scorecard     the evaluation in contract §6's form
preview       what events would count for before they are recorded
service       what the doors call
"""
