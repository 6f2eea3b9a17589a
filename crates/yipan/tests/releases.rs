//! Houses of earlier releases (`releases/VERSION`, made by `tools/release/keep.sh`): today's binary
//! migrates them, proves them, answers as they did, and works on in them. On both engines.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use yipan_store::testing::{drop_database, fresh_database, postgres};

/// A house of a release, restored; served by today's binary where `server` is.
struct House {
    data: PathBuf,
    server: Option<Child>,
    _dir: TempDir,
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// What a file of a release holds, unpacked.
fn unpacked(file: &Path) -> Vec<u8> {
    let out = Command::new("gzip").arg("-dc").arg(file).output().expect("gzip");
    assert!(out.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&out.stderr));
    out.stdout
}

impl House {
    /// A data directory with the release's keys beside it.
    fn with_keys(release: &Path) -> Self {
        let dir = TempDir::new().expect("a directory");
        let data = dir.path().join("house");
        std::fs::create_dir(&data).expect("its data");
        std::fs::copy(release.join("test.keys"), dir.path().join("house.keys")).expect("its keys");
        Self { data, server: None, _dir: dir }
    }

    fn embedded(release: &Path) -> Self {
        let house = Self::with_keys(release);
        std::fs::write(house.data.join("yipan.db"), unpacked(&release.join("yipan.db.gz")))
            .expect("its file");
        house
    }

    async fn on_postgres(release: &Path, url: &str) -> Self {
        let dump = String::from_utf8(unpacked(&release.join("postgres.sql.gz"))).expect("text");
        let mut conn = PgConnection::connect(url).await.expect("the database");
        sqlx::raw_sql(AssertSqlSafe(dump)).execute(&mut conn).await.expect("the dump");
        conn.close().await.expect("closed");
        let house = Self::with_keys(release);
        std::fs::write(house.data.join("database"), url).expect("its address");
        house
    }

    /// Runs a verb that must succeed, and returns what it says.
    fn says(&self, words: &[&str]) -> Value {
        let out = Command::new(env!("CARGO_BIN_EXE_yipan"))
            .args(words)
            .args(["--json", "--data"])
            .arg(&self.data)
            .env("LC_ALL", "C")
            .env_remove("YIPAN_DATABASE")
            .output()
            .expect("the verb runs");
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{words:?}: {said}{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("{words:?}: no JSON: {said}"))
    }

    fn serve(&mut self) {
        let mut server = Command::new(env!("CARGO_BIN_EXE_yipan"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(&self.data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(server.stdout.take().expect("its output")).lines();
        self.server = Some(server);
        let listens = lines.by_ref().map_while(Result::ok).any(|line| line.contains("listens at"));
        assert!(listens, "it does not open");
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// Holds the house against what it answered when it was kept.
    fn answers_as_then(&self, then: &Value) {
        let noted = format!("{}:{}", then["head"], then["head_hash"].as_str().expect("a hash"));
        let verified = self.says(&["audit", "verify", "--holds", &noted]);
        assert_eq!(verified["sound"], true, "{verified}");
        let replayed = self.says(&["audit", "replay"]);
        assert_eq!(replayed["sound"], true, "{replayed}");
        assert_eq!(replayed["report"]["cases"], then["cases"], "{replayed}");
        let number = then["case"]["number"].as_str().expect("a number");
        let told = self.says(&["case", "events", number, "--as", "city.dispatcher"]);
        let told = told.as_array().expect("its events");
        let timeline = then["case"]["timeline"].as_array().expect("its timeline");
        assert_eq!(told.len(), timeline.len(), "{told:?}");
        for (event, then) in told.iter().zip(timeline) {
            for name in ["seq", "at", "event", "staff"] {
                assert_eq!(event[name], then[name], "{name} of {event}");
            }
        }
    }

    /// A case more, accepted and dispatched.
    fn works_on(&self) {
        let appeal = json!({
            "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
            "title": "夜间施工噪声", "text": "升级之后的来电。", "person": { "name": "王小明", "phone": "13800001111" },
        });
        let accepted = self.says(&["case", "accept", &appeal.to_string(), "--as", "city.calltaker1"]);
        let number = accepted["number"].as_str().expect("a number");
        let order =
            r#"{"command":"dispatch","main":"rudong.urban_management","basis":{"basis":"judgement"}}"#;
        let given = self.says(&["case", "do", number, order, "--as", "city.dispatcher"]);
        assert!(
            given["events"].as_array().is_some_and(|events| events.contains(&json!("dispatched"))),
            "{given}"
        );
    }

    /// Everything that a house of a release must stand.
    fn stands(mut self, then: &Value) {
        // The first verb migrates it, and nothing else is done to it yet.
        self.answers_as_then(then);
        self.serve();
        self.works_on();
        for proof in ["verify", "replay"] {
            let said = self.says(&["audit", proof]);
            assert_eq!(said["sound"], true, "{said}");
        }
        let cases = self.says(&["audit", "replay"])["report"]["cases"].as_u64();
        assert_eq!(cases, then["cases"].as_u64().map(|cases| cases + 1));
    }
}

/// Every release that was kept, oldest first.
fn releases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases");
    let entries = std::fs::read_dir(&folder).expect("the releases").flatten();
    let mut releases: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    releases.sort();
    assert!(!releases.is_empty(), "no release was kept: tools/release/keep.sh VERSION");
    releases
}

#[tokio::test]
async fn todays_binary_goes_on_in_a_house_of_every_release() {
    for release in releases() {
        let answers = std::fs::read(release.join("answers.json")).expect("its answers");
        let then: Value = serde_json::from_slice(&answers).expect("JSON");
        House::embedded(&release).stands(&then);
        let Some(server) = postgres() else { continue };
        let url =
            fresh_database(server, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").await;
        House::on_postgres(&release, &url).await.stands(&then);
        drop_database(server, &url).await;
    }
}
