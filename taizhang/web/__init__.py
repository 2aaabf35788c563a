"""The dashboard: server-rendered pages over the same session that the command line uses.

app         puts it together: middleware, routes, what to do with errors
options     what the server is told: addresses, folders, limits
visiting    who is at the door, and may he? (`May("page")` stands on every route; see accounts.permissions)
guard       middleware: headers and CSP, origin of writes, size and pace of bodies
language    middleware: the language of a request
rendering   jinja2, and what every template knows
failures    what was refused or went wrong, as a page or as problem+json
live        tells open pages that a unit has changed
pages/      one module a page or a family of pages, each with a `router`
api/        the JSON API under /api/v1
templates/  `base.html`, `parts/macros.html` (the visual language), one folder a page
static/     tokens.css, base.css, parts.css; small scripts, one a behaviour. Pages work without them
"""
