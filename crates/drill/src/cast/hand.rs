//! What every actor does: find the case, act, note what comes next.

use std::sync::Arc;

use yipan_base::directory::Role;
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};
use yipan_casework::Command;
use yipan_casework::case::{Case, Holding, Standing};
use yipan_platform::{CaseName, NewAppeal, Outcome, Viewer};

use super::{Cast, Taken};
use crate::appeals::Appeal;
use crate::counter::Ruling;
use crate::fault::PlayFault;
use crate::lags::Lag;
use crate::matter::Matter;
use crate::turn::{Duty, Order, Turn};

/// One turn in its actor's hand.
pub(super) struct Hand<'a> {
    pub cast: &'a Cast,
    pub now: Timestamp,
    pub turn: Turn,
    pub taken: Taken,
}

impl Hand<'_> {
    pub(super) fn appeal(&self) -> Result<(&Appeal, &Matter), PlayFault> {
        let appeal = self.cast.appeals.get(self.turn.key as usize).ok_or_else(|| self.lost("no appeal"))?;
        Ok((appeal, &self.cast.storm.matters[appeal.matter]))
    }

    pub(super) fn order(&self) -> Result<&Order, PlayFault> {
        self.turn.order.as_ref().ok_or_else(|| self.lost("no order"))
    }

    pub(super) fn lost(&self, what: &str) -> PlayFault {
        PlayFault::Broken(format!("{what} at {}, {:?} of appeal {}", self.now, self.turn.duty, self.turn.key))
    }

    pub(super) fn at_centre(&self, role: Role) -> Result<Arc<Viewer>, PlayFault> {
        self.cast.crew.at(&self.cast.storm.centre, role, self.turn.key)
    }

    pub(super) fn at_unit(&self, role: Role) -> Result<Arc<Viewer>, PlayFault> {
        self.cast.crew.at(&self.order()?.unit, role, self.turn.key)
    }

    pub(super) async fn enter(&mut self, viewer: &Viewer, new: NewAppeal) -> Result<(), PlayFault> {
        let outcome = self.cast.house.accept(viewer, new, None).await;
        let outcome = outcome.map_err(|refusal| self.refused(viewer, refusal))?;
        self.turn.case = Some(CaseName(outcome.id.to_string()));
        self.count(&outcome);
        Ok(())
    }

    pub(super) async fn give(&mut self, viewer: &Viewer, command: Command<String>) -> Result<(), PlayFault> {
        let case = self.name()?;
        let outcome = self.cast.house.give(viewer, case, command, None, None).await;
        let outcome = outcome.map_err(|refusal| self.refused(viewer, refusal))?;
        self.count(&outcome);
        Ok(())
    }

    pub(super) fn count(&mut self, outcome: &Outcome) {
        self.taken.commands += 1;
        self.taken.events += outcome.events.len() as u64;
    }

    pub(super) fn name(&self) -> Result<&CaseName, PlayFault> {
        self.turn.case.as_ref().ok_or_else(|| self.lost("no case"))
    }

    pub(super) async fn case(&self, viewer: &Viewer) -> Result<Case, PlayFault> {
        self.cast.house.case(viewer, self.name()?).await.map_err(|refusal| self.refused(viewer, refusal))
    }

    /// The open holding that the order's unit has in the case.
    pub(super) async fn own(&self, viewer: &Viewer) -> Result<Holding, PlayFault> {
        let case = self.case(viewer).await?;
        let unit = &self.order()?.unit;
        let open = case.holdings.into_iter().rev().find(|h| h.unit == *unit && h.standing == Standing::Open);
        open.ok_or_else(|| self.lost("no open holding"))
    }

    pub(super) fn refused(&self, viewer: &Viewer, refusal: Refusal) -> PlayFault {
        let case = self.turn.case.as_ref().map_or_else(|| "a new case".to_owned(), |name| name.0.clone());
        PlayFault::Refused { at: self.now, case, who: viewer.actor.staff.to_string(), refusal }
    }

    /// The next turn, a lag after `from`, and not before the next minute.
    pub(super) fn after(&self, from: Timestamp, duty: Duty, lag: Lag) -> Result<Option<Turn>, PlayFault> {
        let nth = self.appeal()?.0.nth;
        self.next(from.plus(self.cast.storm.lags.of(lag, nth)), duty)
    }

    pub(super) fn next(&self, at: Timestamp, duty: Duty) -> Result<Option<Turn>, PlayFault> {
        let at = at.max(self.now.plus(MINUTE));
        Ok(Some(Turn { at, duty, ..self.turn.clone() }))
    }

    /// How the order's return is ruled, if its unit returns it and that has not been ruled yet.
    pub(super) fn ruling(&self) -> Option<Ruling> {
        let counter = self.cast.storm.counter.as_ref()?;
        counter.returned(&self.cast.dealt(&self.turn)?, &self.cast.city.directory)
    }
}
