"""Every limit of the house: name ends in its unit, comment says why it is that."""

from __future__ import annotations

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# -- money ------------------------------------------------------------------------------------
AMOUNT_MINOR_MAX = 10**15
"""Far above any drink, far below 2^63: thousands of such amounts still add up in a database int."""
COUNTER_MINOR_MAX = 2**63 - 1
"""What one counter of an account can hold: a database's largest integer."""

# -- input ------------------------------------------------------------------------------------
BODY_BYTES_MAX = 16 * 1024
"""JSON bodies: the largest real one is under 2 KiB."""
PICTURE_BYTES_MAX = 8 * 1024 * 1024
"""A phone's photograph of a screen; 30 MB is refused before it is read."""
PICTURE_PIXELS_MAX = 24_000_000
"""A decompression bomb is refused by its header."""
JSON_DEPTH_MAX = 8
"""Ours are three deep; a hundred thousand brackets would exhaust the parser's stack."""
TEXT_CHARS_MAX = 200
"""Names, descriptions, references."""
CODE_CHARS_MAX = 1_024
"""The longest payment QR payload seen in the wild is 1,042 characters, and not ours."""
STATEMENT_ROWS_MAX = 1_000
"""A page of a statement or a list."""
ID_CHARS_MAX = 64

# -- the life of a payment --------------------------------------------------------------------
PAY_WITHIN_MS = 2 * MINUTE_MS
"""How long a machine shows its code: long enough to find the phone, short for the queue behind."""
PAY_WITHIN_MAX_MS = DAY_MS
HOLD_MS = 15 * MINUTE_MS
"""A hold nobody captured lets go by itself: the customer has the money back within the quarter."""
REFUND_MS = 2 * SECOND_MS
"""A refund rests in transit this long before it reaches the payer: visible on a stage."""
PRESENTED_MS = MINUTE_MS
"""A payment code that a payer holds in front of a scanner is renewed each minute."""
SETTLE_MS = 10 * SECOND_MS
"""What a payment brought is unsettled this long in the demo; in reality until the next day."""
MACHINE_CHECKS_MS = 10 * SECOND_MS
"""A machine that heard nothing asks the platform itself, first after this, then doubling."""
MACHINE_CHECKS_MAX_MS = 5 * MINUTE_MS
OPENING_MS = 15 * SECOND_MS
"""A customer waits this long for a code to appear; then the machine says it is out of service."""
HOLD_MARGIN_MS = MINUTE_MS
"""No goods are let go in the last minute of a hold: it could lapse before it is captured."""
DISPLAY_MS = 3 * MINUTE_MS
"""How long a machine can still show how an order ended; its page turns to the next one earlier."""
STOCK_MAX = 1_000_000
"""Items in a slot: no coil holds so many, but a benchmark may."""
SLOTS_MAX = 200
"""Slots of a machine."""
UNSURE_MS = 15 * MINUTE_MS
"""How long the desk has to say whether the drink fell, before the money goes back by itself."""
PROBE_MS = 2 * SECOND_MS
"""A machine that lost the platform looks for it again after this, doubling to the next."""
PROBE_MAX_MS = MINUTE_MS

# -- the wallet -------------------------------------------------------------------------------
PIN_ATTEMPTS_MAX = 3
PIN_LOCK_MS = MINUTE_MS
"""Long enough to stop guessing on a stage, short enough to go on with the show."""
PIN_DIGITS_MIN = 4
PIN_DIGITS_MAX = 12
SESSION_MS = 12 * HOUR_MS
WALLET_GIVES_UP_MS = 20 * SECOND_MS
"""A person watches a spinner this long; then the wallet says it could not reach the service."""
WALLET_FOLLOWS_MS = 10 * SECOND_MS
"""A wallet that heard nothing of a payment asks, first after this, then doubling."""
WALLET_FOLLOWS_MAX_MS = 5 * MINUTE_MS
WALLET_FOLLOWS_FOR_MS = HOUR_MS
"""A merchant that said nothing of the goods for so long after taking the money will not."""
SCANS_SHOWN_MAX = 50
WALLETS_MAX = 1_000
"""Anyone may open a demo wallet on the page; this many fill no disk."""
DEMO_TOP_UP_MINOR_MAX = 20_000
"""Play money a person may give a new wallet, in minor units: 200.00 CNY, 20.000 KWD, 20000 JPY."""
TICKET_MS = MINUTE_MS
"""A one-time sign-in is used at once by the page it was made for, or never."""
FRAME_PIXELS_MAX = 1920 * 1920
"""A camera's frame as raw grey bytes; phones film no larger than they are asked to."""
FRAME_SIDE_MIN = 21
"""The smallest QR code has 21 modules: less than a pixel each cannot be read."""
PICTURE_SIDE_MAX = 16_384
"""No phone's picture is as long; the reader itself takes no side above 65,535."""

# -- messages ---------------------------------------------------------------------------------
REQUEST_TIMEOUT_MS = 5 * SECOND_MS
"""Connect and read, each call between services."""
RETRY_MS = SECOND_MS
"""First pause before a call between services is tried again; it doubles."""
RETRY_MAX_MS = MINUTE_MS
NOTICE_DELAYS_MS = (
    *(5 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS),
    *(2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 14 * HOUR_MS, 20 * HOUR_MS, DAY_MS),
)
"""Pauses after each failed attempt of a /v1 notification: twelve attempts over three days, the
shape that the Standard Webhooks specification recommends, with a quicker start for a stage."""
NOTICE_TOLERANCE_MS = 5 * MINUTE_MS
"""Older or newer than this, a signed message is refused as a replay."""
HOOK_ANSWER_BYTES_MAX = 4 * 1024
"""Of what a hook answers; its status is what counts, and an endless body must not fill memory."""
HOOK_ANSWER_CHUNKS_MAX = 8
"""And in so many pieces: a body that drips byte by byte must not hold up the hooks behind it."""
NOTICE_LANES = 8
"""Notices of different hosts travel side by side in so many lanes: each is a thread of a served
platform. A hook that hangs stands in the way of one in eight."""
TICK_TASKS_MAX = 64
"""Tasks one tick takes on: a tick is bounded, so that no service is deaf for long."""

# -- the world --------------------------------------------------------------------------------
JOURNAL_ENTRIES_MAX = 10_000
"""Exchanges kept for the stage; older ones fall off."""
WAIT_MAX_MS = 60 * SECOND_MS
"""The longest a control call may wait for a state."""
MOTOR_MS = 1_800
"""The coil turns and the drink falls: how long that takes to watch."""
SETTLE_MAX_MS = 4 * DAY_MS
"""A world that is not at rest after this much of its own time is a failure in itself."""
RECORD_FRAMES_MAX = 20_000
"""Transactions seen while recording: hours of people at a machine, and no endless benchmark."""
RACE_ORDERS_MAX = 1_000_000
"""Orders of a race that are tried; most of them meet in few states, and a walk takes seconds."""
RACE_STATES_MAX = 5_000
"""States of a race that are walked through: a minute or so."""

# -- time -------------------------------------------------------------------------------------
SPEED_MAX = 10_000
"""A world's clock at its fastest: a day in nine seconds; every tick still has a millisecond."""
ADVANCE_MAX_MS = 366 * DAY_MS
"""One step of a world's clock: a year, whichever."""
ADVANCE_WITHIN_MS = 55 * SECOND_MS
"""What falls due on the way of one step must be done in this much real time: a call ends in it."""
INSTANT_MAX_MS = 221_845_392_000_000
"""The end of the year 8999: what is due years later can still be written as a date."""

# -- trouble ----------------------------------------------------------------------------------
FAULT_RULES_MAX = 200
"""Rules of one fault plan: each is looked at for every message."""
FAULT_SCRIPT_MAX = 10_000
"""Exact decisions of one fault plan: more than the heaviest run that was shrunk ever held."""
FAULT_FILE_BYTES_MAX = 1024 * 1024
"""A fault plan as a file: a full script has 600 KiB."""
FAULT_DELAYED_MS = 10 * SECOND_MS
"""A message that is late is this late unless told otherwise: its sender has given up by then."""
FAULT_SLOW_MS = 2 * SECOND_MS
"""An answer that is slow takes so long unless told otherwise: its asker is still there."""
FAULT_REORDERED_MS = 10 * SECOND_MS
"""A message held back for the next one of its hop goes on after this, where none comes."""
FAULT_TIME_MAX_MS = 30 * DAY_MS
"""The latest message and the longest power cut."""
FAULT_STALE_MS = 10 * MINUTE_MS
"""How old a message is made that must be refused as a replay: twice what is tolerated."""
FAULT_WHERES_MAX = 10_000
"""Kinds of places that are counted; a merchant's hook may have any number of paths."""
SITES_SEEN_MAX = 100_000
"""Places passed that are remembered, the first ones: the sites of a thousand purchases."""
POWER_DOWN_MS = 2 * SECOND_MS
"""A service that was killed is back after this unless told otherwise: the watchdog of a machine."""

# -- simulation -------------------------------------------------------------------------------
SIMULATED_SEEDS_MAX = 1_000_000
"""Worlds of one command: a week on two cores."""
SIMULATED_PURCHASES_MAX = 2_000
"""Purchases of one world: its audits look at all of them, again and again."""
SIMULATED_JOBS_MAX = 64
"""Processes that run worlds side by side."""
REPLAY_BYTES_MAX = 2 * 1024 * 1024
"""A replay as a file: a full script and two thousand customers."""

# -- serving ----------------------------------------------------------------------------------
BATCH_JOBS_MAX = 128
"""Requests that share one commit: more gain SQLite little, and the last waits for the first."""
HEAD_BYTES_MAX = 64 * 1024
"""Request line and headers; browsers send a few KiB."""
BODY_WITHIN_MS = 30 * SECOND_MS
"""A request whose body takes longer than this to arrive is given up."""
PAGE_THREADS_MAX = 24
"""Pages and hooks under way at once in one process."""
CONTROL_THREADS_MAX = 96
"""Control calls wait for states, each in a thread: 64 of them leave room for those that act."""
HEARTBEAT_MS = 15 * SECOND_MS
"""A comment on an idle event stream, so that nothing between thinks it dead."""
EVENT_PAUSE_MS = 40
"""Between two events of one stream: a page redraws at most 25 times a second."""
STREAMS_MAX = 5_000
"""Event streams open at once; a page beyond that polls."""
TICK_PAUSE_MS = SECOND_MS
"""A tick that raised is tried again after this."""
TICK_WAIT_MAX_MS = 30 * SECOND_MS
"""A ticker looks at its tasks at least this often, should the wall clock jump."""
STOP_WITHIN_MS = 3 * SECOND_MS
"""Requests under way when the server is told to stop get this long to finish."""
