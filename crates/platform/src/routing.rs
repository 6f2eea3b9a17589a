//! Whom a case should be given to: what the rules suggest, and how other rules would have done.

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::case::NarrativeKind;
use yipan_casework::routing::{DryRun, Matter, Past, Precedent, Rules, Ruling, Suggestion, dry_run, suggest};

use crate::cases::CaseDetail;
use crate::give::CaseName;
use crate::house::House;
use crate::viewer::Viewer;

impl House {
    /// Whom the rules would give a case to, and why. It dispatches nothing.
    ///
    /// # Errors
    /// As [`House::case_detail`].
    pub async fn suggest(&self, viewer: &Viewer, name: &CaseName) -> Result<Suggestion, Refusal> {
        let detail = self.case_detail(viewer, name).await?;
        let text = words(&detail);
        let city = self.city();
        let matter = Matter::of(&detail.case, text.as_deref()).located(&city.regions, &city.directory);
        let line = city.rules.line_of(&detail.case.category);
        let precedents = self.precedents(viewer, detail.case.category.as_str(), line).await?;
        Ok(suggest(&matter, &city.routing, &city.directory, &city.rules, &precedents))
    }

    /// What other rules would have suggested for the cases accepted in a period, beside what the
    /// rules in force suggest and who held them in fact.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn routing_dry_run(
        &self,
        viewer: &Viewer,
        rules: &Rules,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<DryRun, Refusal> {
        let cases = self.past_cases(viewer, (from, to)).await?;
        let city = self.city();
        let precedents = self.precedents(viewer, "", None).await?;
        let past = cases.iter().map(|case| Past {
            matter: Matter::of(case, None).located(&city.regions, &city.directory),
            actual: case.holdings.first().map(|h| h.unit.clone()),
        });
        Ok(dry_run(rules, &city.routing, past, &city.directory, &city.rules, &precedents))
    }

    /// Earlier rulings in the viewer's scope on a category, its relatives and its line; all of them for an
    /// empty category.
    async fn precedents(
        &self,
        viewer: &Viewer,
        category: &str,
        line: Option<&str>,
    ) -> Result<Vec<Precedent>, Refusal> {
        let top = category.split('.').next().unwrap_or_default();
        let sql = "SELECT p.at, p.category, p.area, p.unit, p.ruling, c.number FROM precedent p \
                   JOIN case_file c ON c.id = p.case_id WHERE p.category >= $1 AND p.category < $2 \
                   AND c.secret = 0 AND {visible:c.id} ORDER BY p.at DESC LIMIT 2000";
        let args = [top.into(), if top.is_empty() { "~".into() } else { format!("{top}/").into() }];
        let mut precedents = Vec::new();
        for row in self.store().cases(&viewer.scope(), sql, &args).await? {
            let (ruling, from) = row.text("ruling")?.split_once(':').unwrap_or_default();
            let ruling = match ruling {
                "granted" => Ruling::Granted,
                "designated" => Ruling::Designated,
                _ => Ruling::Refused,
            };
            let area = row.text("area")?;
            precedents.push(Precedent {
                at: Timestamp::from_micros(row.int("at")?),
                category: row.text("category")?.into(),
                area: (!area.is_empty()).then(|| area.into()),
                line: line.map(str::to_owned),
                unit_from: from.into(),
                unit_to: row.text("unit")?.into(),
                ruling,
                number: row.text("number")?.to_owned(),
            });
        }
        Ok(precedents)
    }
}

/// The citizen's words, as far as this viewer may read them.
fn words(detail: &CaseDetail) -> Option<String> {
    let kinds = [NarrativeKind::Title, NarrativeKind::Text];
    let texts: Vec<&str> =
        detail.texts.iter().filter(|t| kinds.contains(&t.kind)).filter_map(|t| t.text.as_deref()).collect();
    (!texts.is_empty()).then(|| yipan_text::normalise(&texts.join("\n")))
}
