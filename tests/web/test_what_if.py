"""What if: to-dos ticked on the unit page, events sent to the API. Nothing is stored, and both come to the same."""

from __future__ import annotations

import re

from projections.consequences import supposing
from projections.scorecard import Scorecard
from taizhang.documents.tasks import Task, tasks_of
from taizhang.language.names import names_of

from .browsing import PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, LEADER, SECRETARY, Site, activity

UNIT = SECRETARY
PAGE = f"/units/{UNIT}"
SCORE = f"/api/v1{PAGE}/score"


def cards_and_tasks(site: Site) -> tuple[list[Scorecard], list[Task]]:
    session = site.session
    with session.store.read() as work:
        cards = session.projections.cards(work, UNIT, session.clock.today())
        names = names_of(work, cards[0].facts, cards[0].day)
        return cards, list(tasks_of(cards, str, names, whole_year=True))


def test_ticking_a_task_is_as_if_its_record_were_there(shared_site: Site) -> None:
    session = shared_site.session
    _cards, tasks = cards_and_tasks(shared_site)
    assert len({task.key for task in tasks}) == len(tasks)
    task = next(task for task in tasks if task.clause == "2.1" and task.status == "open" and task.cost)
    held = activity("if-1", UNIT, "2017-09-21", "party_work_meeting")
    before, size = shared_site.total(UNIT), session.store.size()
    for name in (SECRETARY, LEADER):
        with shared_site.visitor(name) as client:
            api = client.post(SCORE, json=held, params={"as_of": "2017-09-30"}).json()
            page = client.get(f"{PAGE}/what-if", params={"do": [task.key, "gone~9.9~~open~"]}).text
    after = client_total(page)
    assert after["预计"] == ([before["forecast"], api["total"]["forecast"]])
    assert after["保底"] == ([before["floor"], api["total"]["floor"]])
    assert after["得分"] == [before["score"]]
    assert "假如勾选的 1 件都做完" in page
    assert (shared_site.total(UNIT), session.store.size()) == (before, size), "nothing is stored"


def client_total(page: str) -> dict[str, list[str]]:
    """Return the figures of the page, before and after, or the one that stays."""
    rows = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page)
    return {name: re.findall(r"\d+(?:\.\d+)?", figures) for name, figures in rows}


def test_all_that_can_be_done_comes_to_the_ceiling(shared_site: Site) -> None:
    cards, tasks = cards_and_tasks(shared_site)
    card, before = cards[0], cards[0].evaluation.totals()
    assert supposing(card.evaluation, [], card.facts, card.day) == before
    undone = [
        requirement
        for result in card.evaluation.results
        for requirement in result.requirements
        if requirement.status in ("open", "behind", "overdue", "unearned")
    ]
    done = supposing(card.evaluation, undone, card.facts, card.day)
    assert (done.score, done.floor, done.forecast) == (before.ceiling,) * 3
    assert card.evaluation.totals() == before, "the card itself is left alone"
    assert tasks


def test_what_the_api_will_not_suppose(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        wrong = client.post(SCORE, json=activity("if-2", UNIT, "2017-09-21", "no_such_kind"))
        stranger = client.post(SCORE, json=activity("if-3", "wj-02", "2017-09-21", "party_lecture"))
        other = client.post(
            "/api/v1/units/wj-02/score", json=activity("if-4", "wj-02", "2017-09-21", "party_lecture")
        )
    assert wrong.status_code == 422
    assert stranger.status_code == 422
    assert "wj-01" in stranger.text
    assert other.status_code == 403


def test_figures_move_where_they_are_ticked(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, ASSESSOR, viewport=PHONE, dark=True) as page:
        page.goto(PAGE)
        page.locator("#todo .suppose:visible").first.click()
        page.locator("#what-if-said .was").first.wait_for()
        assert "预计" in page.locator("#what-if-said").inner_text()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
    with visiting(browser, shared_site, ASSESSOR, scripts=False) as page:
        page.goto(PAGE)
        page.locator("#todo .suppose:visible").first.click()
        page.get_by_role("button", name="勾选的都做完").click()
        page.wait_for_url("**/what-if?do=*")
        assert page.locator("#what-if-figures .was").first.is_visible()
