//! The actors: what each does when it is their turn, by what they find.

mod centre;
mod county;
mod hand;
mod room;
mod unit;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use yipan_casework::routing::Rules;
use yipan_platform::House;
use yipan_platform::city::City;

use self::hand::Hand;
use crate::appeals::Appeal;
use crate::counter::Dealt;
use crate::crew::Crew;
use crate::fault::PlayFault;
use crate::scenario::Storm;
use crate::turn::{Duty, Turn};

/// Everyone who takes part, and what they work with.
pub(crate) struct Cast {
    pub house: House,
    pub city: Arc<City>,
    pub crew: Crew,
    pub rules: Rules,
    pub storm: Storm,
    pub appeals: Vec<Appeal>,
    /// The ids of dossiers, by what the scenario calls them.
    pub rooms: Mutex<HashMap<String, String>>,
}

/// What came of a turn.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub commands: u64,
    pub events: u64,
    pub next: Option<Turn>,
}

impl Cast {
    /// Takes a turn at the house's present time.
    pub async fn take(&self, turn: Turn) -> Result<Taken, PlayFault> {
        let mut hand = Hand { cast: self, now: self.house.now(), turn, taken: Taken::default() };
        let next = match hand.turn.duty {
            Duty::Room(row) => hand.keep(row).await?,
            Duty::Report(row) => hand.report(row).await?,
            Duty::Accept => hand.accept().await?,
            Duty::Answer => hand.answer().await?,
            Duty::Dispatch => hand.dispatch().await?,
            Duty::Sign => hand.sign().await?,
            Duty::Contact => hand.contact().await?,
            Duty::Handle => hand.handle().await?,
            Duty::Return => hand.request_return().await?,
            Duty::Rule => hand.rule().await?,
            Duty::Review => hand.review().await?,
            Duty::CallBack(opinion) => hand.call_back(opinion).await?,
        };
        hand.taken.next = next.map(|turn| self.awake(turn));
        Ok(hand.taken)
    }

    /// Whether a unit will only pretend to handle an order: its citizen is asked, not the quotas.
    pub fn unhandled(&self, turn: &Turn) -> bool {
        let counter = self.storm.counter.as_ref();
        counter.zip(self.dealt(turn)).is_some_and(|(c, order)| c.unhandled(&order, &self.city.directory))
    }

    fn awake(&self, mut turn: Turn) -> Turn {
        if let (true, Some(counter), Some(order)) = (turn.duty.is_units(), &self.storm.counter, &turn.order) {
            turn.at = counter.awake(&order.unit, turn.at, &self.city.directory);
        }
        turn
    }

    fn dealt<'a>(&self, turn: &'a Turn) -> Option<Dealt<'a>> {
        let order = turn.order.as_ref().filter(|order| !order.settled)?;
        let nth = self.appeals.get(turn.key as usize)?.nth;
        Some(Dealt { nth, unit: &order.unit, dispatched_at: order.dispatched_at, round: order.round })
    }
}
