//! The city centre (市指挥中心): call takers, dispatchers, reviewers, call-back clerks.

use yipan_base::directory::Role;
use yipan_base::id::UnitId;
use yipan_casework::Command;
use yipan_casework::case::{Outcome, Solved};
use yipan_casework::command::Basis;
use yipan_casework::routing::{Matter, suggest};
use yipan_platform::city::City;

use super::hand::Hand;
use crate::appeals::words;
use crate::fault::PlayFault;
use crate::lags::Lag;
use crate::matter::Answer;
use crate::opinion::Opinion;
use crate::turn::{Duty, Order, Turn};

impl Hand<'_> {
    pub(super) async fn accept(&mut self) -> Result<Option<Turn>, PlayFault> {
        let cast = self.cast;
        let (appeal, matter) = self.appeal()?;
        let new = words(appeal, matter, self.turn.key, cast.storm.seed, &cast.city.directory)?;
        let (duty, lag) = match appeal.answer {
            Answer::Direct => (Duty::Answer, Lag::Answer),
            Answer::Dispatched => (Duty::Dispatch, Lag::Dispatch),
        };
        let viewer = self.at_centre(Role::CallTaker)?;
        self.enter(&viewer, new).await?;
        self.after(self.now, duty, lag)
    }

    pub(super) async fn answer(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_centre(Role::CallTaker)?;
        let text = self.appeal()?.1.reply.clone();
        self.give(&viewer, Command::AnswerDirectly { text, solved: Solved::Yes }).await?;
        self.give(&viewer, Command::Close { outcome: Outcome::Explained, reason: None }).await?;
        Ok(None)
    }

    /// The dispatcher follows the suggestion of the routing rules.
    pub(super) async fn dispatch(&mut self) -> Result<Option<Turn>, PlayFault> {
        let cast = self.cast;
        let viewer = self.at_centre(Role::Dispatcher)?;
        let case = self.case(&viewer).await?;
        let City { directory, rules, .. } = &*cast.city;
        let suggestion = suggest(&Matter::of(&case, None), &cast.rules, directory, rules, &[]);
        let basis = suggestion.basis().unwrap_or(Basis::Judgement);
        let county = &self.appeal()?.0.county;
        let within = |unit: &UnitId| directory.unit(unit).is_some_and(|u| directory.within(&u.area, county));
        let Some(main) = suggestion.main.filter(within) else {
            return Err(PlayFault::City(format!("no unit of {county} is suggested for {}", case.category)));
        };
        self.turn.order =
            Some(Order { unit: main.clone(), dispatched_at: self.now, round: 0, settled: false });
        let (assistants, copies) = (suggestion.assistants, suggestion.copies);
        self.give(&viewer, Command::Dispatch { main, assistants, copies, basis }).await?;
        self.to_sign()
    }

    pub(super) async fn review(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_centre(Role::CentreReviewer)?;
        let case = self.case(&viewer).await?;
        let main = case.main().ok_or_else(|| self.lost("no reply to review"))?;
        let replied = main.replied_at.unwrap_or(self.now);
        self.give(&viewer, Command::AcceptReply { holding: main.no }).await?;
        let mut next = self.after(replied, Duty::CallBack(None), Lag::CallBack)?;
        if let Some(turn) = &mut next {
            turn.at = self.cast.storm.calls.next(turn.at);
        }
        Ok(next)
    }

    pub(super) async fn call_back(&mut self, opinion: Option<Opinion>) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_centre(Role::CallbackClerk)?;
        let opinion = opinion.ok_or_else(|| self.lost("nobody to call"))?;
        let Opinion { attitude, result, solved, ends } = opinion;
        self.give(&viewer, Command::CallBack { attitude, result, solved, remark: None }).await?;
        if let Some(outcome) = ends {
            self.give(&viewer, Command::Close { outcome, reason: None }).await?;
            return Ok(None);
        }
        let reason = "回访反映未实际处置，退回重办。".to_owned();
        self.give(&viewer, Command::Redo { reason, to: None }).await?;
        let order = self
            .turn
            .order
            .as_mut()
            .ok_or(PlayFault::Broken("an order is handled again that never was".into()))?;
        (order.round, order.dispatched_at) = (order.round + 1, self.now);
        self.after(self.now, Duty::Sign, Lag::Sign)
    }

    pub(super) async fn rule(&mut self) -> Result<Option<Turn>, PlayFault> {
        let viewer = self.at_centre(Role::Dispatcher)?;
        let case = self.case(&viewer).await?;
        let main = case.main().ok_or_else(|| self.lost("no return to rule"))?;
        let pending = main.pending_return().ok_or_else(|| self.lost("no return to rule"))?;
        let ruling = self.ruling();
        let (holding, to) = (main.no, pending.proposed.clone());
        if ruling.is_some_and(|ruling| ruling.granted) {
            let reason = "经核，改由建议单位承办。".to_owned();
            self.give(&viewer, Command::GrantReturn { holding, to: to.clone(), reason }).await?;
            self.turn.order = Some(Order { unit: to, dispatched_at: self.now, round: 0, settled: true });
        } else {
            let reason = "属本单位职责，不予退单。".to_owned();
            self.give(&viewer, Command::RefuseReturn { holding, reason }).await?;
            if let Some(order) = &mut self.turn.order {
                order.settled = true;
            }
        }
        self.after(self.now, Duty::Sign, Lag::Sign)
    }

    fn to_sign(&self) -> Result<Option<Turn>, PlayFault> {
        let duty = if self.ruling().is_some() { Duty::Return } else { Duty::Sign };
        self.after(self.now, duty, Lag::Sign)
    }
}
