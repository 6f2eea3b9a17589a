//! Where a simulation lets troubles in. In the house itself the seam is shut, and nothing of what could
//! come through is compiled.

#[cfg(feature = "testing")]
pub(crate) use open::Seam;
#[cfg(not(feature = "testing"))]
pub(crate) use shut::Seam;

#[cfg(not(feature = "testing"))]
mod shut {
    use crate::db::Conn;
    use crate::error::Fault;
    use crate::queue::writer::Failure;

    pub(crate) struct Seam;

    impl Seam {
        pub(crate) const fn shut() -> Self {
            Self
        }

        pub(crate) const fn passage(&self, _units: usize) -> Passage {
            Passage
        }
    }

    pub(crate) struct Passage;

    impl Passage {
        pub(crate) async fn begun(&self, _conn: &mut Conn) -> Result<(), Fault> {
            Ok(())
        }

        pub(crate) const fn written(&self) -> Result<(), Failure> {
            Ok(())
        }

        pub(crate) const fn committed(&self) -> Result<(), Failure> {
            Ok(())
        }
    }
}

#[cfg(feature = "testing")]
mod open {
    use std::sync::Arc;

    use yipan_base::refusal::Refusal;

    use crate::db::Conn;
    use crate::dialect::Dialect;
    use crate::error::Fault;
    use crate::queue::writer::Failure;
    use crate::testing::{Trouble, Troubles};

    pub(crate) struct Seam(Option<Arc<dyn Troubles>>);

    impl Seam {
        pub(crate) const fn shut() -> Self {
            Self(None)
        }

        pub(crate) const fn open(troubles: Arc<dyn Troubles>) -> Self {
            Self(Some(troubles))
        }

        /// An attempt to commit so many units goes through.
        pub(crate) fn passage(&self, units: usize) -> Passage {
            let met = self.0.as_ref().map(|troubles| troubles.befalling(units));
            Passage { watched: met.is_some(), trouble: met.flatten() }
        }
    }

    /// One attempt, which meets with its trouble at its place.
    pub(crate) struct Passage {
        watched: bool,
        trouble: Option<Trouble>,
    }

    impl Passage {
        /// The transaction has begun.
        pub(crate) async fn begun(&self, conn: &mut Conn) -> Result<(), Fault> {
            if !self.watched || conn.line().dialect() != Dialect::Sqlite {
                return Ok(());
            }
            // The limit stays with its connection, which the next attempt may use too.
            let pages = match self.trouble {
                Some(Trouble::Full) => "PRAGMA max_page_count = 1",
                _ => "PRAGMA max_page_count = 1073741823",
            };
            Ok(conn.line().script(pages).await?)
        }

        /// Everything is written and waits for the commit.
        pub(crate) fn written(&self) -> Result<(), Failure> {
            match self.trouble {
                Some(Trouble::Broken) => Err(Fault::Lost("simulated: the connection broke".into()).into()),
                Some(Trouble::Apart) => Err(Fault::Data(Refusal::internal("simulated: unfit")).into()),
                Some(Trouble::NoRoom) => Err(Fault::NoSpace("simulated: no room".to_owned()).into()),
                Some(Trouble::Unkept) => Err(failing()),
                Some(Trouble::Full | Trouble::Kept) | None => Ok(()),
            }
        }

        /// The commit is durable.
        pub(crate) fn committed(&self) -> Result<(), Failure> {
            if self.trouble == Some(Trouble::Kept) { Err(failing()) } else { Ok(()) }
        }
    }

    fn failing() -> Failure {
        Failure { fault: Fault::Failing("simulated: the disk failed".to_owned()), committing: true }
    }
}
