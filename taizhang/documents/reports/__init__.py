"""Reports: what is in the ledger, in the forms that offices ask for; every figure is that of the scorecard of the day.

kinds       which reports there are, and for whom
material    what is fetched of a unit or of the district for them, in one reading transaction
evidence    the records behind a scorecard, numbered; the same numbers in 自评表 and 台账 (pure)
self_assessment, ledger_book, study, letter, bulletin, signed        what each report says (pure)
templates   the templates as they come; an operator's own stand in a folder of his
html, pdf, word, sheet    the renderers: data + template -> bytes
writing     many reports to files
"""
