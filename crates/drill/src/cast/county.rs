//! The county centres (县级指挥中心) on the evening before: their reports.

use yipan_base::directory::Role;
use yipan_casework::Command;
use yipan_casework::case::{Channel, Kind, Level, Outcome, Solved};
use yipan_platform::{NewAppeal, NewPlace};

use super::hand::Hand;
use crate::evening::Act;
use crate::fault::PlayFault;
use crate::turn::{Duty, Turn};

impl Hand<'_> {
    pub(super) async fn report(&mut self, row: usize) -> Result<Option<Turn>, PlayFault> {
        let cast = self.cast;
        let report = &cast.storm.evening[row];
        let centre = cast
            .city
            .directory
            .governance_of(&report.county)
            .find_map(|board| cast.city.directory.centre(&board.id));
        let centre = centre.or_else(|| cast.city.directory.centre(&report.county));
        let centre =
            centre.ok_or_else(|| PlayFault::City(format!("{} has no centre", report.county)))?.id.clone();
        let viewer = cast.crew.at(&centre, Role::Dispatcher, 0)?;
        let text = report.text.clone();
        match report.act {
            Act::Report => {
                let new = NewAppeal {
                    channel: Channel::Other,
                    title: Some("灾情报送".to_owned()),
                    text,
                    kind: Kind::Other,
                    category: "safety.disaster.storm".into(),
                    level: Some(Level::Ordinary),
                    place: NewPlace { area: Some(report.county.clone()), ..NewPlace::default() },
                    person: None,
                    anonymous: false,
                    received_at: None,
                    secret: None,
                    accused_units: Default::default(),
                    accused_staff: Default::default(),
                    outer: None,
                    centre: None,
                    historical: false,
                    source: None,
                };
                self.enter(&viewer, new).await?;
            }
            Act::Follow => self.give(&viewer, Command::Note { text }).await?,
            Act::End => {
                self.give(&viewer, Command::AnswerDirectly { text, solved: Solved::Unknown }).await?;
                let clerk = cast.crew.at(&centre, Role::CallbackClerk, 0)?;
                self.give(&clerk, Command::Close { outcome: Outcome::Explained, reason: None }).await?;
            }
        }
        let later =
            cast.storm.evening.iter().enumerate().skip(row + 1).find(|(_, r)| r.county == report.county);
        match later {
            Some((row, report)) => self.next(report.at, Duty::Report(row)),
            None => Ok(None),
        }
    }
}
