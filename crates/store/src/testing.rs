//! Tests on both real engines: a fresh SQLite file, and a fresh database on a private PostgreSQL.
//!
//! PostgreSQL is the server at `YIPAN_TEST_POSTGRES` (`postgres://…/postgres`) where that is set;
//! otherwise one is started per test process from the binaries of this machine, and ends with it.
//! Where there are none, the tests say `SKIPPED:` and go on with SQLite alone.

mod trouble;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::store::{Store, StoreOptions};

pub use trouble::{Trouble, Troubles};

/// Runs a test's body on a fresh store of each engine.
///
/// # Panics
/// If a store cannot be made: a test cannot go on.
pub async fn each_engine<F: Future<Output = ()>>(body: impl Fn(Store) -> F) {
    each_url(async |url| {
        let store = open(&url).await;
        body(store.clone()).await;
        store.close().await;
    })
    .await;
}

/// Runs a test's body on the URL of a fresh, empty database of each engine.
///
/// # Panics
/// If a database cannot be made.
pub async fn each_url(body: impl AsyncFn(String)) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
    body(format!("sqlite:{}", folder.path().join("test.db").display())).await;
    if let Some(server) = postgres() {
        let url =
            fresh_database(server, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").await;
        body(url.clone()).await;
        drop_database(server, &url).await;
    }
}

/// Opens a store for a test.
///
/// # Panics
/// If it cannot be opened.
pub async fn open(url: &str) -> Store {
    Store::open(url, StoreOptions::default()).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// The URL of a PostgreSQL server's maintenance database, or `None`, said loudly.
pub fn postgres() -> Option<&'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let start = || match std::env::var("YIPAN_TEST_POSTGRES") {
        Ok(url) => Ok(Server { url, _guard: None }),
        Err(_) => Server::start(),
    };
    match SERVER.get_or_init(start) {
        Ok(server) => Some(&server.url),
        Err(why) => {
            eprintln!("SKIPPED: PostgreSQL: {why}");
            None
        }
    }
}

/// Creates a database with the given options and returns its URL.
///
/// # Panics
/// If the server refuses.
pub async fn fresh_database(server: &str, options: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("yipan_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    administer(server, format!("CREATE DATABASE {name} {options}")).await;
    let (before, after) =
        server.split_once('?').map_or((server, String::new()), |(b, a)| (b, format!("?{a}")));
    let stem = before.rsplit_once('/').map_or(before, |(stem, _)| stem);
    format!("{stem}/{name}{after}")
}

/// Drops a database that [`fresh_database`] made, whoever is still connected.
///
/// # Panics
/// If the server refuses.
pub async fn drop_database(server: &str, url: &str) {
    let name = url.split('?').next().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    administer(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// Runs one statement on the server's maintenance database.
async fn administer(server: &str, sql: String) {
    let run = async {
        let mut conn = PgConnection::connect(server).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut conn).await?;
        conn.close().await
    };
    run.await.unwrap_or_else(|error: sqlx::Error| panic!("{sql}: {error}"));
}

/// A running server.
struct Server {
    url: String,
    /// The shell around the server, which ends it when the pipe from this process closes: when this
    /// process ends, however it ends.
    _guard: Option<Child>,
}

/// `$1`: the folder, `$2`: the server's binaries, the rest: what changes the user.
const SCRIPT: &str = r#"
folder=$1 bin=$2; shift 2
trap '' INT HUP TERM
"$@" "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --locale=C -E UTF8 --no-sync >"$folder/log" 2>&1 &&
"$@" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \
    -c full_page_writes=off -c shared_buffers=64MB -c max_connections=300 >>"$folder/log" 2>&1 </dev/null &
server=$!
tries=0
until [ -S "$folder/.s.PGSQL.5432" ] && "$@" "$bin/pg_isready" -q -h "$folder"; do
    tries=$((tries + 1))
    if [ $tries -gt 600 ] || ! kill -0 $server 2>/dev/null; then echo failed; tail -5 "$folder/log"; exit 1; fi
    sleep 0.1
done
echo ready
cat >/dev/null
kill $server 2>/dev/null
"$@" "$bin/pg_ctl" -D "$folder/data" stop -m immediate >/dev/null 2>&1
rm -rf "$folder"
"#;

impl Server {
    fn start() -> Result<Self, String> {
        let binaries = binaries().ok_or("no initdb and postgres found in PATH or /usr/lib/postgresql")?;
        let folder =
            tempfile::Builder::new().prefix("yipan-pg-").tempdir().map_err(|error| error.to_string())?;
        let user = unprivileged(folder.path())?;
        // From here on the script removes the folder.
        let folder = folder.keep();
        let mut guard = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(&folder)
            .arg(binaries)
            .args(user)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("sh: {error}"))?;
        let mut output = BufReader::new(guard.stdout.take().ok_or("sh: no output")?);
        let mut line = String::new();
        output.read_line(&mut line).map_err(|error| error.to_string())?;
        if line.trim() != "ready" {
            let _ = output.read_to_string(&mut line);
            let _ = std::fs::remove_dir_all(&folder);
            return Err(format!("the server did not start: {}", line.replace('\n', " ")));
        }
        let url = format!("postgres://postgres@localhost/postgres?host={}", folder.display());
        Ok(Self { url, _guard: Some(guard) })
    }
}

/// The folder of the server's binaries: the newest.
fn binaries() -> Option<PathBuf> {
    let config = Command::new("pg_config").arg("--bindir").output().ok();
    let config =
        config.and_then(|out| String::from_utf8(out.stdout).ok()).map(|dir| PathBuf::from(dir.trim()));
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<_> = installed.map(|entry| entry.path().join("bin")).collect();
    installed.sort();
    installed.reverse();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = config.into_iter().chain(installed).chain(std::env::split_paths(&path));
    folders.find(|folder| {
        ["initdb", "postgres", "pg_isready", "pg_ctl"].iter().all(|name| folder.join(name).exists())
    })
}

/// PostgreSQL refuses to run as root: what to put before its commands, and the folder made theirs.
fn unprivileged(folder: &Path) -> Result<Vec<String>, String> {
    let id = |args: &[&str]| -> Option<u32> {
        let out = Command::new("id").args(args).output().ok()?;
        String::from_utf8(out.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Ok(Vec::new());
    }
    let (Some(user), Some(group)) = (id(&["-u", "postgres"]), id(&["-g", "postgres"])) else {
        return Err("this is root, and there is no user `postgres` to run the server as".to_owned());
    };
    std::os::unix::fs::chown(folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
    let words = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
    Ok(words.map(str::to_owned).to_vec())
}
