"""What pages show, made ready for their templates: plain values in the reader's words, no card, no store.

Made inside the store's transaction (a card shares facts that are kept in memory), drawn outside it.

people      members by name
moment      which day is looked at, and what was known then
courses     the score's course, remembered from visit to visit
chart       figures as SVG paths, for templates/parts/charts.html
unit_page   the unit page, out of tasks, why, indicators, study, timeline
boards      the district's rows and their sums, remembered until somebody records something
board_page  the district board
record_page one record whole
review_list  what assessors should look at, a tab and a page of it; verdicts checks what they answered
review_unit  one unit as its assessor sees it; review_units all of them
judging      the form of a judgement; asking that of requests and findings
signing_sheet  the sheet on which a unit's year is signed
appealing    a unit's appeals
audit_trail  what was recorded, by whom, when; audit_lags how long after it happened
"""
