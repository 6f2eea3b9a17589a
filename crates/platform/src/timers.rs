//! Timers (计时): rows in the store, fired once, caught up after a restart.

use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::Command;
use yipan_store::Value;

use crate::dossiers::of_kind;
use crate::give::CaseName;
use crate::house::House;
use crate::viewer::Viewer;

/// How many timers one round fires.
const ROUND: i64 = 500;

impl House {
    /// When the next timer is due, if any is set.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn next_timer(&self) -> Result<Option<Timestamp>, Refusal> {
        let rows = self.store().house("SELECT due_at FROM timer ORDER BY due_at LIMIT 1", &[]).await?;
        rows.first().map(|r| Ok(Timestamp::from_micros(r.int("due_at")?))).transpose()
    }

    /// Lets a dossier of whatever kind look at the clock.
    async fn tick(&self, dossier: &str) -> Result<(), Refusal> {
        let Some(kind) = self.kind_of(dossier).await? else { return Ok(()) };
        of_kind!(kind, D => self.tick_dossier::<D>(dossier).await.map(drop))
    }

    /// Fires every timer that is due by the business clock. The mark and the timer's next time are
    /// written in one transaction, so none fires twice and none is lost.
    ///
    /// # Errors
    /// If the store cannot be read; a timer that is refused stays and is tried again.
    pub async fn fire_timers(&self) -> Result<usize, Refusal> {
        let viewer = Viewer::system("timers");
        let mut fired = 0;
        loop {
            let args: [Value; 2] = [self.now().as_micros().into(), ROUND.into()];
            let sql = "SELECT kind, case_id, body FROM timer WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
            let due = self.store().house(sql, &args).await?;
            let mut ticks = tokio::task::JoinSet::new();
            for row in &due {
                let (house, viewer) = (self.clone(), viewer.clone());
                if let Some(case) = row.opt_text("case_id")?.map(CaseId::new) {
                    ticks.spawn(async move {
                        let name = CaseName(case.to_string());
                        house.give(&viewer, &name, Command::Tick, None, None).await.map(drop)
                    });
                } else {
                    let dossier = row.text("body")?.to_owned();
                    ticks.spawn(async move { house.tick(&dossier).await });
                }
            }
            let mut done = 0;
            while let Some(ended) = ticks.join_next().await {
                match ended {
                    Ok(Ok(_)) => done += 1,
                    Ok(Err(refusal)) => tracing::warn!(%refusal, "a timer was refused"),
                    Err(fault) => tracing::error!(%fault, "a timer failed"),
                }
            }
            fired += done;
            if done == 0 || due.len() < ROUND as usize {
                return Ok(fired);
            }
        }
    }
}
