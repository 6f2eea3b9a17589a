//! The units (承办单位): receivers, handlers, reviewers, signers.

use yipan_base::directory::{AreaLevel, Role, Step};
use yipan_base::id::UnitId;
use yipan_base::time::MINUTE;
use yipan_casework::Command;
use yipan_casework::case::Solved;

use super::hand::Hand;
use crate::fault::PlayFault;
use crate::lags::Lag;
use crate::turn::{Duty, Turn};

impl Hand<'_> {
    pub(super) async fn sign(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_unit(Role::UnitReceiver)?;
        let holding = self.own(&viewer).await?;
        self.give(&viewer, Command::Sign { holding: holding.no }).await?;
        // Who only pretends to handle an order does not call its citizen either.
        if self.cast.unhandled(&self.turn) {
            return self.to_handle();
        }
        self.after(holding.dispatched_at, Duty::Contact, Lag::Contact)
    }

    pub(super) async fn contact(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_unit(Role::UnitHandler)?;
        let holding = self.own(&viewer).await?;
        self.give(&viewer, Command::Contact { holding: holding.no, reached: true }).await?;
        self.to_handle()
    }

    /// Handler, reviewer and signer, one after the other within a minute.
    pub(super) async fn handle(&mut self) -> Result<Option<Turn>, PlayFault> {
        let handler = self.at_unit(Role::UnitHandler)?;
        let holding = self.own(&handler).await?.no;
        let text = self.appeal()?.1.reply.clone();
        let reply = Command::DraftReply {
            holding,
            text,
            public_text: None,
            truth: true,
            beyond_duty: false,
            solved: Solved::Yes,
        };
        self.give(&handler, reply).await?;
        let drafted = self.own(&handler).await?;
        for step in drafted.steps {
            let role = match step {
                Step::Handler => Role::UnitHandler,
                Step::Reviewer => Role::UnitReviewer,
                Step::Signer => Role::UnitSigner,
            };
            let viewer = self.at_unit(role)?;
            self.give(&viewer, Command::PassStep { holding }).await?;
        }
        self.after(self.now, Duty::Review, Lag::Review)
    }

    pub(super) async fn request_return(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_unit(Role::UnitReceiver)?;
        let holding = self.own(&viewer).await?;
        let proposed = self.elsewhere(&holding.unit)?;
        let (reason, basis) = ("overlapping_duty".to_owned(), "职责交叉，建议由所列单位牵头。".to_owned());
        self.give(&viewer, Command::RequestReturn { holding: holding.no, reason, basis, proposed }).await?;
        let at = self.ruling().map_or(self.now, |ruling| ruling.at);
        // The morning's rulings come one after the other.
        let at = at.plus(i64::from(self.turn.key % 30) * MINUTE);
        self.next(at, Duty::Rule)
    }

    /// Who should hold an order instead: the county's government, or its emergency department.
    pub(super) fn elsewhere(&self, unit: &UnitId) -> Result<UnitId, PlayFault> {
        let directory = &self.cast.city.directory;
        let area = directory.unit(unit).and_then(|u| directory.ancestor_at(&u.area, AreaLevel::County));
        let area = area.ok_or_else(|| PlayFault::City(format!("{unit} is in no county")))?;
        let others = [directory.government(&area.id), directory.department(&area.id, "emergency")];
        let other = others.into_iter().flatten().find(|other| other.id != *unit);
        other
            .map(|other| other.id.clone())
            .ok_or_else(|| PlayFault::City(format!("{} has no other unit", area.name)))
    }

    /// How long the unit takes, where the counter-storm says so.
    fn told(&self) -> Option<i64> {
        let counter = self.cast.storm.counter.as_ref()?;
        counter.handling(&self.cast.dealt(&self.turn)?, &self.cast.city.directory)
    }

    fn to_handle(&self) -> Result<Option<Turn>, PlayFault> {
        let nth = self.appeal()?.0.nth;
        let usual = || self.cast.storm.lags.of(Lag::Handle, nth);
        self.next(self.order()?.dispatched_at.plus(self.told().unwrap_or_else(usual)), Duty::Handle)
    }
}
