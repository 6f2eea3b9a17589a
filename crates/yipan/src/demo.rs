//! `yipan demo`: the demo city, and one appeal worked through it.

use clap::Subcommand;
use rust_embed::RustEmbed;
use serde_json::json;
use yipan_base::pack;
use yipan_platform::{CaseName, NewAppeal, city};
use yipan_store::audit_verify;

use crate::opened::Opened;
use crate::{Arguments, print, storm};

#[derive(Subcommand)]
pub enum Verb {
    /// Loads the demo city into an empty data directory.
    Load,
    /// Works one appeal from the first word to the citizen's confirmed end.
    Walk,
    /// Plays the storm of 30 April 2021 in a directory of its own, with a simulated clock.
    Storm(storm::Storming),
}

#[derive(RustEmbed)]
#[folder = "../../scenarios/nantong"]
struct Nantong;

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    if let Verb::Storm(storming) = verb {
        return storm::run(storming, arguments).await;
    }
    let opened = Opened::at_or_new(&arguments.data).await?;
    load(&opened).await?;
    describe(&opened);
    let sound = match verb {
        Verb::Walk => walk(&opened).await?,
        Verb::Load | Verb::Storm(_) => true,
    };
    opened.close().await;
    Ok(sound)
}

/// Loads the city where there is none yet.
pub async fn load(opened: &Opened) -> anyhow::Result<()> {
    let house = &opened.house;
    if house.city().directory.city().is_none() {
        let pack = pack::read(&|name| Nantong::get(name).map(|file| file.data)).map_err(|faults| {
            anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })?;
        city::load(house.store(), &pack, house.now()).await?;
        house.reload().await?;
    }
    Ok(())
}

fn describe(opened: &Opened) {
    let city = opened.house.city();
    print(&format!(
        "demo city: {} areas, {} units, {} staff (structural, not the real organisation)",
        city.directory.areas().count(),
        city.directory.units().count(),
        city.directory.all_staff().count()
    ));
}

/// One appeal through the hands of eight people.
async fn walk(opened: &Opened) -> anyhow::Result<bool> {
    let house = &opened.house;
    let appeal: NewAppeal = serde_json::from_value(json!({
        "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
        "title": "夜间施工噪声", "text": "如东县掘港街道某工地夜间施工，影响休息。",
        "person": { "name": "王小明", "phone": "13800001111" },
    }))?;
    let accepted = house.accept(&opened.viewer(Some("city.calltaker1"))?, appeal, None).await?;
    print(&format!("accepted {}", accepted.number));
    let name = CaseName(accepted.number.clone());
    let steps = [
        (
            "city.dispatcher",
            json!({"command":"dispatch","main":"rudong.urban_management","basis":{"basis":"judgement"}}),
        ),
        ("rudong.urban_management.handler", json!({"command":"sign","holding":1})),
        ("rudong.urban_management.handler", json!({"command":"contact","holding":1,"reached":true})),
        (
            "rudong.urban_management.handler",
            json!({"command":"draft_reply","holding":1,"text":"已现场检查，责令停工整改。","truth":true,"solved":"yes"}),
        ),
        ("rudong.urban_management.signer", json!({"command":"pass_step","holding":1})),
        ("rudong.urban_management.signer", json!({"command":"pass_step","holding":1})),
        ("city.reviewer", json!({"command":"accept_reply","holding":1})),
        (
            "city.callback1",
            json!({"command":"call_back","attitude":"satisfied","result":"satisfied","solved":"yes"}),
        ),
        ("city.callback1", json!({"command":"close","outcome":"solved"})),
    ];
    for (login, command) in steps {
        let viewer = opened.viewer(Some(login))?;
        let detail = house.case(&viewer, &name).await?;
        let outcome =
            house.give(&viewer, &name, serde_json::from_value(command)?, Some(detail.version), None).await?;
        print(&format!("  {login}: {} → {}", outcome.events.join(", "), outcome.stage));
    }
    for why in house.case_why(&opened.viewer(Some("city.dispatcher"))?, &name).await? {
        print(&format!("  {} {} due {} ({:?})", why.clock, why.term, why.due, why.lamp));
    }
    let audit = audit_verify(house.store()).await?;
    let replay = house.replay().await?;
    print(&format!(
        "audit chain sound: {}; replay of {} events agrees: {}",
        audit.is_sound(),
        replay.events,
        replay.agrees()
    ));
    Ok(audit.is_sound() && replay.agrees())
}
