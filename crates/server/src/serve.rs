//! Listening, and leaving in good order.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener as _};
use tokio::net::{TcpListener, UnixListener};

use crate::assemble::Assembled;
use crate::tls::{Door, TlsFault, TlsFiles};

/// How long open requests may take to end once the house closes. Live feeds never end by themselves.
const FAREWELL: Duration = Duration::from_secs(5);

/// The socket by which verbs on the same machine talk to a running house.
#[must_use]
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("yipan.sock")
}

/// Why the house cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenFault {
    #[error("{0} cannot be listened on: {1}; is another program there? choose another with --listen")]
    Address(SocketAddr, std::io::Error),
    #[error(
        "{0} is reachable from other machines, and this is plain HTTP; give --tls-cert and --tls-key, or listen \
         on 127.0.0.1, or put a TLS proxy before it and say --behind-proxy"
    )]
    Plain(SocketAddr),
    #[error(transparent)]
    Tls(#[from] TlsFault),
    #[error("the socket {0} cannot be made: {1}; choose a shorter path for the data directory")]
    Socket(PathBuf, std::io::Error),
    #[error("serving ended: {0}")]
    Ended(std::io::Error),
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A house that listens.
pub struct Listening {
    door: Door,
    local: UnixListener,
    socket: PathBuf,
}

impl Listening {
    /// Takes the address and the socket. The caller owns the data directory.
    ///
    /// # Errors
    /// As [`ListenFault`].
    pub async fn at(
        address: SocketAddr,
        tls: Option<&TlsFiles>,
        behind_proxy: bool,
        data: &Path,
    ) -> Result<Self, ListenFault> {
        if !address.ip().is_loopback() && !behind_proxy && tls.is_none() {
            return Err(ListenFault::Plain(address));
        }
        let acceptor = tls.map(TlsFiles::acceptor).transpose()?;
        let taken = |fault| ListenFault::Address(address, fault);
        let tcp = TcpListener::bind(address).await.map_err(taken)?;
        let door = match acceptor {
            Some(acceptor) => Door::tls(tcp, acceptor).map_err(taken)?,
            None => Door::Plain(tcp),
        };
        let socket = socket_path(data);
        // Whoever owns the directory owns the socket: one left behind by a crash is removed.
        let _ = std::fs::remove_file(&socket);
        let local =
            UnixListener::bind(&socket).map_err(|fault| ListenFault::Socket(socket.clone(), fault))?;
        only_owner(&socket).map_err(|fault| ListenFault::Socket(socket.clone(), fault))?;
        Ok(Self { door, local, socket })
    }

    /// The address that was taken.
    ///
    /// # Errors
    /// If the machine does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.door.local_addr()
    }

    /// Serves until the house is told to leave, the time is over in which a balancer is to notice, and
    /// nobody is sent here any more; then lets open requests end.
    ///
    /// # Errors
    /// If listening breaks.
    pub async fn serve(self, assembled: Assembled, notice: Duration) -> Result<(), ListenFault> {
        let Assembled { farewell, public, local } = assembled;
        let gone = || farewell.clone().over(notice);
        let people = axum::serve(self.door, public.into_make_service_with_connect_info::<Peer>())
            .with_graceful_shutdown(gone());
        let machine = axum::serve(self.local, local.into_make_service()).with_graceful_shutdown(gone());
        let both = async { tokio::try_join!(async { people.await }, async { machine.await }).map(|_| ()) };
        let served = tokio::select! {
            served = both => served,
            () = async { gone().await; tokio::time::sleep(FAREWELL).await } => Ok(()),
        };
        let _ = std::fs::remove_file(&self.socket);
        served.map_err(ListenFault::Ended)
    }
}

fn only_owner(socket: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))
}
