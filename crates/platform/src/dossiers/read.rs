//! Reading dossiers: lists by who may see them, one with its texts, its history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::BlobId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::dossier::refused;
use yipan_duty::refold::Stored;
use yipan_duty::{Dossier, Kind};
use yipan_store::{Record, Value};

use crate::blobs::{self, Blob};
use crate::dossiers::{of_kind, rows};
use crate::house::House;
use crate::viewer::Viewer;

/// The columns of a line.
const LINE: &str =
    "d.id, d.kind, d.number, d.version, d.stage, d.over, d.unit, d.opened_at, d.changed_at, d.due_at";

/// The most dossiers that a list gives.
const MOST: usize = 500;

/// A dossier in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DossierLine {
    pub id: String,
    pub kind: Kind,
    pub number: String,
    pub version: u64,
    pub stage: String,
    pub over: bool,
    /// The unit that keeps it.
    pub unit: String,
    pub opened_at: Timestamp,
    pub changed_at: Timestamp,
    pub due_at: Option<Timestamp>,
}

/// Which dossiers are asked for.
#[derive(Debug, Clone, Default)]
pub struct DossierQuery {
    /// Those that are over, too.
    pub over: bool,
    /// Of one unit.
    pub unit: Option<String>,
    /// Opened before that one (its `opened_at` and id).
    pub before: Option<(Timestamp, String)>,
    /// At most so many; no more than 500.
    pub limit: usize,
}

/// A dossier with its state and its texts in the clear.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Opened<D> {
    pub line: DossierLine,
    pub state: D,
    /// By id; those that were erased are left out.
    pub texts: BTreeMap<String, String>,
}

impl House {
    /// The dossiers of a kind that a viewer may see, the newest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn dossiers<D: Dossier>(
        &self,
        viewer: &Viewer,
        query: &DossierQuery,
    ) -> Result<Vec<(DossierLine, D)>, Refusal> {
        let mut conditions = vec!["d.kind = $1".to_owned(), "{dossier:d.id}".to_owned()];
        let mut args: Vec<Value> = vec![D::KIND.code().into()];
        if !query.over {
            conditions.push("d.over = 0".to_owned());
        }
        if let Some(unit) = &query.unit {
            args.push(unit.as_str().into());
            conditions.push(format!("d.unit = ${}", args.len()));
        }
        if let Some((at, id)) = &query.before {
            args.extend([at.as_micros().into(), id.as_str().into()]);
            let (at, id) = (args.len() - 1, args.len());
            conditions.push(format!("d.opened_at <= ${at} AND (d.opened_at < ${at} OR d.id < ${id})"));
        }
        let sql = format!(
            "SELECT {LINE}, d.state FROM dossier d WHERE {} ORDER BY d.opened_at DESC, d.id DESC LIMIT {}",
            conditions.join(" AND "),
            query.limit.clamp(1, MOST)
        );
        let rows = self.store().cases(&viewer.scope(), &sql, &args).await?;
        rows.iter().map(|row| Ok((line(row)?, rows::state_of(row)?))).collect()
    }

    /// All dossiers of a kind that a viewer may see, however many: page after page.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn all_dossiers<D: Dossier>(
        &self,
        viewer: &Viewer,
        over: bool,
    ) -> Result<Vec<(DossierLine, D)>, Refusal> {
        let mut query = DossierQuery { over, limit: MOST, ..DossierQuery::default() };
        let mut all = Vec::new();
        loop {
            let page = self.dossiers::<D>(viewer, &query).await?;
            let last = page.last().filter(|_| page.len() == MOST);
            query.before = last.map(|(line, _)| (line.opened_at, line.id.clone()));
            all.extend(page);
            if query.before.is_none() {
                return Ok(all);
            }
        }
    }

    /// One dossier of a kind, by id or number, with its texts.
    ///
    /// # Errors
    /// `dossier.unknown` where there is none, or it lies outside the viewer's scope.
    pub async fn dossier<D: Dossier>(&self, viewer: &Viewer, name: &str) -> Result<Opened<D>, Refusal> {
        let sql = format!(
            "SELECT {LINE}, d.state FROM dossier d WHERE (d.id = $1 OR d.number = $1) AND d.kind = $2 AND {{dossier:d.id}}"
        );
        let args = [name.into(), D::KIND.code().into()];
        let found = self.store().cases(&viewer.scope(), &sql, &args).await?;
        let row = found.first().ok_or_else(|| refused::not_begun(D::KIND))?;
        let line = line(row)?;
        let texts = self.texts_of(viewer, &line.id).await?;
        Ok(Opened { state: rows::state_of(row)?, texts, line })
    }

    /// The id of a dossier by its number or its id.
    ///
    /// # Errors
    /// As [`House::dossier`].
    pub async fn dossier_id(&self, viewer: &Viewer, kind: Kind, name: &str) -> Result<String, Refusal> {
        let sql = "SELECT d.id FROM dossier d WHERE (d.id = $1 OR d.number = $1) AND d.kind = $2 AND {dossier:d.id}";
        let found = self.store().cases(&viewer.scope(), sql, &[name.into(), kind.code().into()]).await?;
        let row = found.first().ok_or_else(|| refused::not_begun(kind))?;
        Ok(row.text("id")?.to_owned())
    }

    /// What happened to a dossier.
    ///
    /// # Errors
    /// As [`House::dossier`].
    pub async fn dossier_events(
        &self,
        viewer: &Viewer,
        kind: Kind,
        name: &str,
    ) -> Result<Vec<Stored>, Refusal> {
        let sql = "SELECT e.seq, e.at, e.actor, e.body FROM dossier d JOIN dossier_event e ON e.dossier_id = d.id \
                   WHERE (d.id = $1 OR d.number = $1) AND d.kind = $2 AND {dossier:d.id} ORDER BY e.seq";
        let rows = self.store().cases(&viewer.scope(), sql, &[name.into(), kind.code().into()]).await?;
        if rows.is_empty() {
            return Err(refused::not_begun(kind));
        }
        rows.iter().map(rows::read_event).collect()
    }

    /// A file that a dossier names, with its content.
    ///
    /// # Errors
    /// As [`House::dossier`] and [`House::blob`]; `blob.unknown` where the dossier names no such file.
    pub async fn dossier_file(
        &self,
        viewer: &Viewer,
        kind: Kind,
        name: &str,
        file: &BlobId,
    ) -> Result<(Blob, Vec<u8>), Refusal> {
        let events = self.dossier_events(viewer, kind, name).await?;
        let named = of_kind!(kind, D => events.into_iter().any(|stored| {
            let event = serde_json::from_value::<<D as Dossier>::Event>(stored.event);
            event.is_ok_and(|event| D::files(&event).contains(file))
        }));
        if named { self.blob(file).await } else { Err(blobs::unknown(file)) }
    }

    /// The kind of a dossier, if there is such a one.
    pub(crate) async fn kind_of(&self, id: &str) -> Result<Option<Kind>, Refusal> {
        let sql = "SELECT d.kind FROM dossier d WHERE d.id = $1 AND {dossier:d.id}";
        let rows = self.store().cases(&yipan_store::Scope::system("timers"), sql, &[id.into()]).await?;
        rows.first().map(|row| Ok(Kind::of(row.text("kind")?))).transpose().map(Option::flatten)
    }

    async fn texts_of(&self, viewer: &Viewer, id: &str) -> Result<BTreeMap<String, String>, Refusal> {
        let sql = "SELECT t.id, t.sealed, t.wrapped FROM dossier_text t WHERE t.dossier_id = $1 AND {dossier:t.dossier_id}";
        let mut texts = BTreeMap::new();
        for row in self.store().cases(&viewer.scope(), sql, &[id.into()]).await? {
            let (Some(sealed), Some(wrapped)) = (row.opt_text("sealed")?, row.opt_text("wrapped")?) else {
                continue;
            };
            let id = row.text("id")?;
            let text = self.keys().open(id, sealed, wrapped).map_err(crate::vault::sealing)?;
            texts.insert(id.to_owned(), text);
        }
        Ok(texts)
    }
}

fn line(row: &Record) -> Result<DossierLine, Refusal> {
    let kind = row.text("kind")?;
    Ok(DossierLine {
        id: row.text("id")?.to_owned(),
        kind: Kind::of(kind).ok_or_else(|| Refusal::internal(format!("`{kind}` is no kind of dossier")))?,
        number: row.text("number")?.to_owned(),
        version: u64::try_from(row.int("version")?).unwrap_or_default(),
        stage: row.text("stage")?.to_owned(),
        over: row.int("over")? != 0,
        unit: row.text("unit")?.to_owned(),
        opened_at: Timestamp::from_micros(row.int("opened_at")?),
        changed_at: Timestamp::from_micros(row.int("changed_at")?),
        due_at: row.opt_int("due_at")?.map(Timestamp::from_micros),
    })
}
