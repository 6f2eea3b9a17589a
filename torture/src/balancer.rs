//! Plain TCP balancers: HAProxy, as Debian packages it. Before several nodes, of which it knows of
//! HTTP only what their readiness says; and before the servers of a database, of which one has the
//! address.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use crate::scratch::Scratch;

/// A balancer that runs until it is dropped.
pub struct Balancer {
    process: Child,
    pub address: String,
}

/// How often it asks a node, in milliseconds; one refusal is enough, two consents are needed.
pub const ASKS_EVERY_MS: u64 = 200;

impl Balancer {
    /// Whether this machine has one; if not, what is missing.
    ///
    /// # Errors
    /// Says so.
    pub fn absent() -> Result<(), String> {
        let found = Command::new("haproxy").arg("-v").stdout(Stdio::null()).status();
        found.map(drop).map_err(|_| "no haproxy: apt-get install haproxy".to_owned())
    }

    /// Starts it before these addresses.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start(scratch: &Scratch, nodes: &[String]) -> anyhow::Result<Self> {
        let address = free_address()?;
        let servers: String = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                format!("    server node{at} {node} check inter {ASKS_EVERY_MS}ms fall 1 rise 2\n")
            })
            .collect();
        let text = format!(
            "defaults\n    mode tcp\n    timeout connect 2s\n    timeout client 60s\n    timeout server 60s\n    \
             retries 3\n    option redispatch 1\nfrontend people\n    bind {address}\n    default_backend nodes\n\
             backend nodes\n    balance roundrobin\n    option httpchk GET /api/v1/ready\n{servers}"
        );
        Self::launch(scratch, &text, address)
    }

    /// Starts it before the servers of a database, `a` and `b`, in the backend `database`. All goes to
    /// `a` until its admin socket is told otherwise.
    ///
    /// # Errors
    /// If it does not start.
    pub fn before_databases(scratch: &Scratch, ports: [u16; 2]) -> anyhow::Result<(Self, PathBuf)> {
        let address = free_address()?;
        let admin = scratch.path().join("balancer.sock");
        let (socket, [a, b]) = (admin.display(), ports);
        // A connection to the database may be idle for long. Who cannot be let in is told at once: the house
        // tries again by itself.
        let text = format!(
            "global\n    stats socket {socket} mode 600 level admin\ndefaults\n    mode tcp\n    \
             timeout connect 2s\n    timeout client 12h\n    timeout server 12h\n    retries 0\nfrontend house\n    \
             bind {address}\n    default_backend database\nbackend database\n    \
             server a 127.0.0.1:{a}\n    server b 127.0.0.1:{b} disabled\n"
        );
        Ok((Self::launch(scratch, &text, address)?, admin))
    }

    fn launch(scratch: &Scratch, text: &str, address: String) -> anyhow::Result<Self> {
        let file = scratch.path().join("balancer.cfg");
        std::fs::write(&file, text)?;
        let log = std::fs::File::create(scratch.path().join("balancer.log"))?;
        let process = scratch
            .command("haproxy")
            .args(["-db", "-f"])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("haproxy")?;
        Ok(Self { process, address })
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address on this machine where nothing listens now.
///
/// # Errors
/// If there is none.
pub fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
