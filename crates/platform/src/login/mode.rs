//! What a house is for, fixed when it is made: real work, or demonstration.

use std::collections::BTreeSet;

use yipan_base::refusal::Refusal;
use yipan_store::tables::SETTING;
use yipan_store::{Load, Planned, Row, UnitOfWork, Value};

use super::{account_row, entry};
use crate::house::House;

/// The mode of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Real work; so is a house of which nobody has said anything.
    Production,
    /// 演示: invented staff who may share one password.
    Demo,
}

impl Mode {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Demo => "demo",
        }
    }
}

const NAME: &str = "mode";

impl House {
    /// What this house is for.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn mode(&self) -> Result<Mode, Refusal> {
        Ok(self.declared_mode().await?.unwrap_or(Mode::Production))
    }

    pub(super) async fn declared_mode(&self) -> Result<Option<Mode>, Refusal> {
        let rows = self.store().house("SELECT body FROM setting WHERE name = $1", &[NAME.into()]).await?;
        let body = rows.first().map(|row| row.text("body")).transpose()?;
        Ok(body.map(|body| if body == Mode::Demo.code() { Mode::Demo } else { Mode::Production }))
    }

    /// Says what a new house is for. Saying the same again changes nothing.
    ///
    /// # Errors
    /// `mode.fixed` where it was said otherwise before.
    pub async fn declare_mode(&self, mode: Mode) -> Result<(), Refusal> {
        let now = self.wall();
        let key: Vec<Value> = vec![NAME.into()];
        let work = UnitOfWork::new(vec![Load::new(&SETTING, key.clone())], move |loaded| {
            match loaded.get(&SETTING, &key).map(|row| row.text("body")).transpose()? {
                Some(body) if body == mode.code() => Ok(Planned::unaudited(Vec::new(), ())),
                Some(body) => Err(Refusal::conflict(
                    "mode.fixed",
                    format!("数据目录建立时已定为 {body}，不能改变；请另建一个"),
                    format!("this house was made for {body}, and stays so; make another one"),
                )),
                None => {
                    let row = Row::insert(&SETTING, vec![NAME.into(), mode.code().into()]);
                    Ok(Planned::audited(entry(now, "system", "house.mode", mode.code()), vec![row], ()))
                }
            }
        });
        self.store().commit(work).await?;
        Ok(())
    }

    /// Gives every member of the demo's staff who has no account yet the same password. Answers how many
    /// they are. Those who have one keep it: other nodes of the house may be checking it just now.
    ///
    /// # Errors
    /// `mode.not_demo` in every other house.
    pub async fn demo_accounts(&self, password: &str) -> Result<usize, Refusal> {
        if self.mode().await? != Mode::Demo {
            return Err(Refusal::forbidden(
                "mode.not_demo",
                "只有演示用的数据目录才能统一设置密码",
                "only a house made for demonstration gives everybody one password",
            ));
        }
        let known = self.store().house("SELECT staff_id FROM account", &[]).await?;
        let known = known.iter().map(|row| row.text("staff_id")).collect::<Result<BTreeSet<_>, _>>()?;
        let city = self.city();
        let staff = city.directory.all_staff().filter(|s| !s.disabled && !known.contains(s.id.as_str()));
        let without: Vec<_> = staff.collect();
        if without.is_empty() {
            return Ok(0);
        }
        // One hash for all: the password is common knowledge, and hashing it two thousand times takes a minute.
        let hash = self.gate().hash(password).await?;
        let rows: Vec<Row> = without.into_iter().map(|staff| account_row(staff, &hash)).collect();
        let count = rows.len();
        self.write(self.wall(), "system", "login.demo_accounts", "demo", rows).await?;
        Ok(count)
    }
}
