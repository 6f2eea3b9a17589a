//! The counters of the daily roll-up: which there are, and which day and unit each belongs to.

use crate::kpi::{Base, Field};

/// Declares the counters in the order of the columns: the facts that they count, the instant whose
/// day they belong to and the unit (of several, the first that is set), and their names.
macro_rules! counters {
    ($($base:ident of [$($day:ident),+] by [$($unit:ident),+] {
        $($(#[$doc:meta])* $counter:ident = $name:literal,)*
    })*) => {
        /// A counter of the daily roll-up (日汇总项).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Counter {
            $($($(#[$doc])* $counter,)*)*
        }

        const COUNT: usize = [$($(Counter::$counter,)*)*].len();

        impl Counter {
            pub const ALL: [Self; COUNT] = [$($(Self::$counter,)*)*];

            /// The facts that it counts, the instants of which the first that is set says the day,
            /// and the fields of which the first that is set says the unit.
            #[must_use]
            pub const fn place(self) -> (Base, &'static [Field], &'static [Field]) {
                match self {
                    $($(Self::$counter)|* => {
                        (Base::$base, &[$(Field::$day),+], &[$(Field::$unit),+])
                    })*
                }
            }
        }

        impl Counters {
            /// The names of the columns, in their order.
            pub const NAMES: [&'static str; COUNT] = [$($($name,)*)*];
        }
    };
}

// Of holdings, only main ones count. Historical cases are volume: what else is counted of them says
// only that they were left out.
counters! {
    Case of [AcceptedAt] by [Centre] {
        /// Historical ones too.
        Accepted = "accepted",
        Direct = "direct",
        Dispatched = "dispatched",
        Repeats = "repeats",
    }
    Case of [AcceptedAt] by [MainUnit, Centre] {
        AcceptedHistorical = "accepted_historical",
        Returns = "returns",
        Redos = "redos",
        Sheets = "sheets",
        /// Dispatched, and not historical.
        Sent = "sent",
        SentHistorical = "sent_historical",
        /// Sent, and handled again at least once.
        Redone = "redone",
    }
    Case of [CallbackAt] by [MainUnit, Centre] {
        Callbacks = "callbacks",
        CallbacksHistorical = "callbacks_historical",
        Valid = "valid",
        Basically = "basically",
        Dissatisfied = "dissatisfied",
        SolvedAsked = "solved_asked",
        Solved = "solved",
        SolvedPartly = "solved_partly",
        RepeatUnsolved = "repeat_unsolved",
    }
    Case of [ClosedAt] by [Centre] {
        /// Historical ones too.
        Closed = "closed",
    }
    Case of [ClosedAt] by [MainUnit, Centre] {
        /// Closed, and not historical: those whose time is summed.
        Concluded = "concluded",
        ConcludedHistorical = "concluded_historical",
        CentreMicros = "centre_micros",
        UnitMicros = "unit_micros",
        CitizenMicros = "citizen_micros",
        OtherMicros = "other_micros",
        /// Concluded without a call-back that reached the citizen.
        Unreached = "unreached",
        UnreachedHistorical = "unreached_historical",
    }
    Term of [DueAt] by [Centre] {
        TermDue = "term_due",
        TermDone = "term_done",
        TermOnTime = "term_on_time",
    }
    Term of [EndedAt] by [Centre] {
        TermCount = "term_count",
        TermMicros = "term_micros",
    }
    Holding of [DispatchedAt] by [Unit] {
        /// Historical ones too.
        Orders = "orders",
        OrdersHistorical = "orders_historical",
        OrdersReturned = "orders_returned",
        HistoricalReturned = "historical_returned",
        OrdersMerged = "orders_merged",
        OrdersWithdrawn = "orders_withdrawn",
        OrdersSuspended = "orders_suspended",
        OrdersDeferred = "orders_deferred",
        OrdersExtended = "orders_extended",
        RefusedReturns = "refused_returns",
    }
    Holding of [SignDue] by [Unit] {
        SignMerged = "sign_merged",
        SignWithdrawn = "sign_withdrawn",
        SignReturned = "sign_returned",
        SignSuspended = "sign_suspended",
        SignDue = "sign_due",
        Signed = "signed",
        SignOnTime = "sign_on_time",
    }
    // Where there is nobody to contact, nothing falls due.
    Holding of [ContactDue, DispatchedAt] by [Unit] {
        ContactMerged = "contact_merged",
        ContactWithdrawn = "contact_withdrawn",
        ContactReturned = "contact_returned",
        ContactNobody = "contact_nobody",
        ContactSuspended = "contact_suspended",
        ContactDue = "contact_due",
        Contacted = "contacted",
        ContactOnTime = "contact_on_time",
    }
    Holding of [HandleDue] by [Unit] {
        HandleMerged = "handle_merged",
        HandleWithdrawn = "handle_withdrawn",
        HandleReturned = "handle_returned",
        HandleSuspended = "handle_suspended",
        HandleDeferred = "handle_deferred",
        HandleAwaiting = "handle_awaiting",
        HandleDue = "handle_due",
        Handled = "handled",
        HandleOnTime = "handle_on_time",
        HandleExtended = "handle_extended",
    }
    Holding of [CompletedAt] by [Unit] {
        HandlingHistorical = "handling_historical",
        HandlingMerged = "handling_merged",
        HandlingWithdrawn = "handling_withdrawn",
        HandlingReturned = "handling_returned",
        HandlingCount = "handling_count",
        HandlingMicros = "handling_micros",
        HandlingExtended = "handling_extended",
    }
}

impl Counter {
    /// The name of its column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Counters::NAMES[self as usize]
    }

    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counter| counter.name() == name)
    }

    /// Whether it goes on counting after its day is over, so that it tells of now and not of the day.
    /// The standings, of which the accounts know only the last, do not count as going on.
    #[must_use]
    pub const fn is_so_far(self) -> bool {
        matches!(self, Self::Signed | Self::Contacted | Self::Handled | Self::TermDone)
    }
}

/// The counters of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters(pub [i64; COUNT]);

impl Counters {
    #[must_use]
    pub const fn zero() -> Self {
        Self([0; COUNT])
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }

    #[must_use]
    pub const fn get(&self, counter: Counter) -> i64 {
        self.0[counter as usize]
    }

    pub(super) const fn add(&mut self, counter: Counter, by: i64) {
        self.0[counter as usize] += by;
    }

    /// One more.
    pub(super) const fn count(&mut self, counter: Counter) {
        self.add(counter, 1);
    }

    /// One more where it is so.
    pub(super) const fn count_if(&mut self, counter: Counter, so: bool) {
        self.add(counter, so as i64);
    }
}
