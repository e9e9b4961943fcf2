//! A journal in PostgreSQL whose connection is lost at any message, and a process that continues
//! after another one has taken its run over.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use billing_bulk::journal::postgres::PostgresJournal;
use billing_bulk::journal::{JournalError, JournalReader as _, RunInfo, State};
use billing_bulk::plan::NewPlan;
use billing_bulk::receipt::verify;
use billing_bulk::{EventKind, Journal as _, Resend, Run, RunOptions, Service, Target as _};
use futures_util::TryStreamExt as _;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::postgres::Server;
use super::{begin, finish, first_plan, run_info, second, send};
use crate::run::World;

/// What is sent from one side to the other.
trait Socket: Read + Write + Send + Sized + 'static {
    fn copy(&self) -> Self;
    fn close(&self);
}

impl Socket for TcpStream {
    fn copy(&self) -> Self {
        self.try_clone().unwrap()
    }

    fn close(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Socket for UnixStream {
    fn copy(&self) -> Self {
        self.try_clone().unwrap()
    }

    fn close(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

/// Where connections are cut.
#[derive(Clone)]
struct Cut {
    sent: Arc<AtomicUsize>,
    /// The number of the last message to the server.
    at: usize,
    /// Whether that message arrives, and only the response is lost.
    arrives: bool,
}

impl Cut {
    /// Starts a proxy, and returns the address of the journal through it.
    fn proxy(self, server: &Server) -> String {
        let config: Config = server.url.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (_, name) = server.journal.split_once('#').unwrap();
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let address = format!("postgres://{user}@127.0.0.1:{port}/{database}#{name}");
        let number = config.get_ports().first().copied().unwrap_or(5432);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (cut, client) = (self.clone(), client.unwrap());
                match &config.get_hosts()[0] {
                    Host::Unix(folder) => {
                        let socket = Path::new(folder).join(format!(".s.PGSQL.{number}"));
                        cut.connect(client, UnixStream::connect(socket).unwrap());
                    }
                    Host::Tcp(name) => {
                        cut.connect(client, TcpStream::connect((&**name, number)).unwrap());
                    }
                }
            }
        });
        address
    }

    fn connect(self, client: TcpStream, server: impl Socket) {
        let (mut answers, mut to_client) = (server.copy(), client.copy());
        thread::spawn(move || {
            let _ = std::io::copy(&mut answers, &mut to_client);
            to_client.close();
        });
        thread::spawn(move || {
            let (mut client, mut server) = (client, server);
            let mut message = [0; 65_536];
            while let Ok(length @ 1..) = client.read(&mut message) {
                let number = self.sent.fetch_add(1, Ordering::SeqCst);
                if number > self.at || number == self.at && !self.arrives {
                    break;
                }
                if number == self.at {
                    client.close();
                }
                if server.write_all(&message[..length]).is_err() {
                    break;
                }
            }
            client.close();
            server.close();
        });
    }
}

const PROFILES: u64 = 3;

/// Takes the steps that are left, and returns how many were recorded before an error.
async fn work(journal: &PostgresJournal) -> (u64, Result<(), JournalError>) {
    if !journal.info().has_begun
        && let Err(error) = begin(journal, PROFILES).await
    {
        return (0, Err(error));
    }
    let mut recorded = 0;
    for number in 1..=PROFILES {
        let state = match journal.row(number).await {
            Ok(row) => row.unwrap().state,
            Err(error) => return (recorded, Err(error)),
        };
        let steps = [send(1, number.into()), finish(number)].into_iter();
        let taken = match state {
            State::Planned => 0,
            State::Sending => 1,
            _ => 2,
        };
        for step in steps.skip(taken) {
            if let Err(error) = journal.record(number, second(number), step).await {
                return (recorded, Err(error));
            }
            recorded += 1;
        }
    }
    (recorded, Ok(()))
}

/// Opens a journal when the server has noticed that its last connection is gone.
async fn open_again(address: &str, info: &RunInfo) -> PostgresJournal {
    loop {
        match PostgresJournal::open_or_create(address, info).await {
            Err(JournalError::InUse { .. }) => {}
            opened => return opened.unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connection_lost_at_any_message_loses_no_step() {
    for arrives in [false, true] {
        // Trying every message takes a minute.
        for at in (usize::from(arrives) * 3..).step_by(7) {
            let Some(server) = Server::find() else { return };
            let sent = Arc::default();
            let address = Cut { sent, at, arrives }.proxy(&server);
            let opened = PostgresJournal::open_or_create(&address, &run_info()).await;
            let (recorded, result) = match opened {
                Ok(journal) => work(&journal).await,
                Err(error) => (0, Err(error)),
            };
            if let Err(error) = &result {
                assert!(
                    matches!(error, JournalError::Storage { .. }),
                    "{at}: {error:?}"
                );
                let name = "postgres://127.0.0.1:";
                assert!(error.to_string().contains(name), "{at}: {error}");
            }
            let journal = open_again(&server.journal, &run_info()).await;
            let (rest, resumed) = work(&journal).await;
            assert_eq!(resumed, Ok(()), "{at}");
            // The step whose response was lost is recorded or not.
            let steps = 2 * PROFILES;
            assert!((steps - 1..=steps).contains(&(recorded + rest)), "{at}");
            assert_eq!(journal.counts().await.unwrap().of(State::Done), PROFILES);
            verify(&journal, None).await.unwrap();
            if result.is_ok() {
                assert!(at > 20, "{at}");
                break;
            }
        }
    }
}

/// As `SIGSTOP` and `SIGCONT` do: the run is not polled for a while.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_run_that_was_taken_over_begins_no_write() {
    const PROFILES: u64 = 40;
    for frozen_after in [1, 7, 15, 30] {
        let Some(server) = Server::find() else { return };
        let world = World::new(Service::Arm, PROFILES);
        let info = RunInfo {
            bindings: vec![world.service.binding().clone()],
            ..run_info()
        };
        let open = || async { Arc::new(open_again(&server.journal, &info).await) };
        let options = || {
            RunOptions::default()
                .with_concurrency(4)
                .with_control(None)
                .with_max_repeated_failures(None)
                .with_read_back(Duration::ZERO)
                .with_resend(Resend::Never)
        };
        let start = |journal| {
            let plan = NewPlan::new(first_plan(), world.rows.clone().into_iter().map(Ok));
            Run::apply(plan, journal, world.targets(), options())
        };
        let mut frozen = start(open().await);
        let mut sent = 0;
        while sent < frozen_after {
            let event = frozen.try_next().await.unwrap().unwrap();
            sent += u64::from(matches!(event.kind, EventKind::Sent { .. }));
        }
        server.cut(&server.schema()).await;
        let journal = open().await;
        let open_rows = [State::Sending, State::Accepted];
        let in_flight = journal.rows(&open_rows, 0, 100).await.unwrap().len();
        let mut second_run = start(journal);
        while second_run.try_next().await.unwrap().is_some() {}
        drop(second_run);

        let writes = world.service.count("write");
        let mut ended = Ok(());
        loop {
            match frozen.try_next().await {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => ended = Err(error),
            }
        }
        assert!(ended.unwrap_err().to_string().contains("postgres://"));
        // A write that was recorded may leave: it is one that outlives the settling time.
        assert!(world.service.count("write") - writes <= in_flight);
        for row in &world.rows {
            let writes = world.service.effective_writes(row);
            assert!(writes <= 1, "{} was written {writes} times", row.profile);
        }
        let journal = open().await;
        verify(&*journal, None).await.unwrap();
        let counts = journal.counts().await.unwrap();
        assert!(counts.of(State::Unknown) as usize <= in_flight);
        let done = counts.of(State::Done) + counts.of(State::Unknown);
        assert_eq!(done, PROFILES);
    }
}
