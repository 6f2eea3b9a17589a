//! The door for people: plain on this machine, or TLS.
//!
//! A handshake runs beside the accepting of others, so that nobody holds up the door by saying nothing.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig, crypto};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

/// How long a caller may take to shake hands.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many shake hands at a time; who comes then waits in the machine's own queue.
const AT_A_TIME: usize = 256;

/// Where certificate and key lie, in PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The house's certificate and those that vouch for it, in that order.
    pub certificates: PathBuf,
    pub key: PathBuf,
}

/// What is wrong with certificate or key.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    #[error("{0} cannot be read as PEM: {1}; give the certificate by --tls-cert and its key by --tls-key")]
    File(PathBuf, rustls::pki_types::pem::Error),
    #[error("{0} holds no certificate")]
    Empty(PathBuf),
    #[error("certificate {0} and key {1} do not serve: {2}")]
    Unfit(PathBuf, PathBuf, rustls::Error),
}

impl TlsFiles {
    /// TLS 1.2 and 1.3 with this certificate.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, TlsFault> {
        let unreadable = |path: &Path, fault| TlsFault::File(path.to_owned(), fault);
        let certificates = CertificateDer::pem_file_iter(&self.certificates)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|fault| unreadable(&self.certificates, fault))?;
        if certificates.is_empty() {
            return Err(TlsFault::Empty(self.certificates.clone()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|fault| unreadable(&self.key, fault))?;
        let unfit = |fault| TlsFault::Unfit(self.certificates.clone(), self.key.clone(), fault);
        let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unfit)?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(unfit)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Listens for people, plainly or by TLS.
pub(crate) enum Door {
    Plain(TcpListener),
    Tls { ready: mpsc::Receiver<Shaken>, address: SocketAddr },
}

/// A connection after its handshake, and who is at its other end.
type Shaken = (TlsStream<TcpStream>, SocketAddr);

impl Door {
    pub(crate) fn tls(listener: TcpListener, acceptor: TlsAcceptor) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (shaken, ready) = mpsc::channel(AT_A_TIME);
        tokio::spawn(shake(listener, acceptor, shaken));
        Ok(Self::Tls { ready, address })
    }
}

/// Shakes hands with whoever comes, until the door is dropped.
async fn shake(mut listener: TcpListener, acceptor: TlsAcceptor, shaken: mpsc::Sender<Shaken>) {
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    loop {
        let Ok(turn) = turns.clone().acquire_owned().await else { return };
        let (stream, address) = tokio::select! {
            // This `accept` waits out what passes, such as too many open files.
            accepted = Listener::accept(&mut listener) => accepted,
            () = shaken.closed() => return,
        };
        let (acceptor, shaken) = (acceptor.clone(), shaken.clone());
        tokio::spawn(async move {
            // Whoever speaks no TLS, or nothing at all, is let go without a word.
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                let _ = shaken.send((stream, address)).await;
            }
            drop(turn);
        });
    }
}

impl Listener for Door {
    type Io = Either<TcpStream, TlsStream<TcpStream>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self {
            Self::Plain(listener) => {
                let (stream, address) = Listener::accept(listener).await;
                (Either::Left(stream), address)
            }
            Self::Tls { ready, .. } => match ready.recv().await {
                Some((stream, address)) => (Either::Right(stream), address),
                None => std::future::pending().await,
            },
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(listener) => listener.local_addr(),
            Self::Tls { address, .. } => Ok(*address),
        }
    }
}
