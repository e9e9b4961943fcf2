//! Journals with damage anywhere, and journals that are put together from copies of several
//! moments: a run that is resumed refuses them, or ends right.
//!
//! `BILLING_DAMAGE=1000..5000` tries other cases.

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use billing_bulk::journal::sqlite::SqliteJournal;
use billing_bulk::journal::{JournalReader as _, RunInfo, State};
use billing_bulk::plan::NewPlan;
use billing_bulk::target::FailureKind;
use billing_bulk::{Run, Service};
use futures_util::FutureExt as _;
use tempfile::tempdir;

use super::{first_plan, path};
use crate::run::World;
use crate::simulation::setting;
use crate::support::drive::{drive, drive_until};
use crate::support::service::{Ending, OnWrite};

const PROFILES: u64 = 60;

/// The size of a page in a journal.
const PAGE: usize = 4096;

/// The files of a journal at one moment.
#[derive(Clone)]
struct Files {
    database: Vec<u8>,
    log: Vec<u8>,
}

/// A run that was killed twice, and the files of its journal.
struct Killed {
    world: World,
    info: RunInfo,
    /// After the first process.
    earlier: Files,
    /// While the second one worked.
    running: Files,
    /// After the second process.
    closed: Files,
}

fn log_of(journal: &Path) -> std::path::PathBuf {
    journal.with_extension("db-wal")
}

impl Files {
    fn read(journal: &Path) -> Self {
        Self {
            database: fs::read(journal).unwrap(),
            log: fs::read(log_of(journal)).unwrap_or_default(),
        }
    }

    fn write(&self, journal: &Path) {
        fs::write(journal, &self.database).unwrap();
        if !self.log.is_empty() {
            fs::write(log_of(journal), &self.log).unwrap();
        }
    }
}

impl Killed {
    fn new(service: Service) -> Self {
        let mut world = World::new(service, 0);
        world.service.withhold_etags();
        world.rows = (1..=PROFILES).map(|it| world.service.add(it)).collect();
        let accept = match service {
            Service::Partner => OnWrite::Store,
            Service::Arm => OnWrite::Accept(Duration::from_secs(30), Ending::Stored),
        };
        let writes = [
            OnWrite::Store,
            OnWrite::LoseResponse,
            OnWrite::Store,
            accept,
            OnWrite::Fail(FailureKind::Refused),
            OnWrite::Store,
        ];
        world.service.on_writes(writes.into_iter().cycle().take(36));
        let info = RunInfo {
            bindings: vec![billing_bulk::Target::binding(&*world.service).clone()],
            ..super::run_info()
        };
        let folder = tempdir().unwrap();
        let file = path(folder.path());
        let kill_after = |writes: usize| {
            let run = start(&world, &file, &info, false).unwrap();
            let running = RefCell::new(None);
            drive_until(run, &world.clock, || {
                let is_over = world.service.count("write") >= writes;
                if is_over {
                    *running.borrow_mut() = Some(Files::read(&file));
                }
                is_over
            });
            running.into_inner().unwrap()
        };
        kill_after(15);
        let earlier = Files::read(&file);
        let running = kill_after(36);
        let closed = Files::read(&file);
        assert!(earlier.log.is_empty() && closed.log.is_empty() && !running.log.is_empty());
        // Until everything that was accepted has ended.
        world.clock.pass(Duration::from_secs(60));
        Self {
            world,
            info,
            earlier,
            running,
            closed,
        }
    }

    /// Resumes the run with these files; returns whether it came to its end.
    ///
    /// # Errors
    /// What is wrong about the end, or about the error.
    fn resume(&mut self, files: &Files, rebases: bool) -> Result<bool, String> {
        let folder = tempdir().unwrap();
        let file = path(folder.path());
        files.write(&file);
        let service = self.world.service.fork();
        let killed = std::mem::replace(&mut self.world.service, service);
        let ended = self.end(&file, rebases);
        self.world.service = killed;
        ended
    }

    fn end(&self, file: &Path, rebases: bool) -> Result<bool, String> {
        let explained = |text: String| {
            let is_named = text.contains(&file.display().to_string());
            let is_helpful = [
                "restore",
                "again",
                "not a journal",
                "use that version",
                "plan",
            ];
            match is_named && is_helpful.iter().any(|step| text.contains(step)) {
                true => Ok(false),
                false => Err(format!(
                    "an error without the file or the next step: {text}"
                )),
            }
        };
        let ended = match start(&self.world, file, &self.info, rebases) {
            Ok(run) => {
                let driven = drive(run, &self.world.clock, None);
                match &driven.error {
                    Some(error) => explained(error.to_string()),
                    None if driven.stopped().is_some() => Ok(false),
                    None => self.check_rows(file).map_or_else(explained, |()| Ok(true)),
                }
            }
            Err(error) => explained(error),
        };
        for row in &self.world.rows {
            let writes = self.world.service.effective_writes(row);
            if writes > 1 {
                return Err(format!("{} was written {writes} times", row.profile));
            }
        }
        ended
    }

    /// Checks the rows of a run that has ended.
    ///
    /// # Errors
    /// The journal cannot be read any more.
    ///
    /// # Panics
    /// If a row is lost, or does not say what became of it.
    fn check_rows(&self, file: &Path) -> Result<(), String> {
        let journal = SqliteJournal::open_inline(file, &self.info).map_err(|it| it.to_string())?;
        let rows = journal
            .rows(&State::ALL, 0, usize::MAX)
            .now_or_never()
            .unwrap();
        let rows = rows.map_err(|error| error.to_string())?;
        for planned in &self.world.rows {
            let key = planned.profile.key();
            let row = rows.iter().find(|row| row.profile.key() == key);
            let row = row.unwrap_or_else(|| panic!("{key} is lost"));
            assert!(row.state.is_settled(), "{key} is {}", row.state);
            assert!(
                row.cause.is_some() || row.state == State::Done,
                "{key} without a cause"
            );
            if row.state == State::Done {
                let is_new = self.world.service.member(planned, "email") == "new@contoso.com";
                assert!(is_new, "{key} is done without its values");
            }
        }
        Ok(())
    }
}

fn start(world: &World, file: &Path, info: &RunInfo, rebases: bool) -> Result<Run, String> {
    let journal = SqliteJournal::open_inline(file, info).map_err(|error| error.to_string())?;
    let options = world.options().with_concurrency(8).with_rebase(rebases);
    let plan = NewPlan::new(first_plan(), world.rows.clone().into_iter().map(Ok));
    Ok(Run::apply(
        plan,
        Arc::new(journal),
        world.targets(),
        options,
    ))
}

/// Returns the numbers of the cases, `0..end` by default.
pub(crate) fn cases(end: u64) -> (u64, u64) {
    let Some(cases) = setting("BILLING_DAMAGE") else {
        return (0, end);
    };
    let (from, to) = cases.split_once("..").unwrap();
    (from.parse().unwrap(), to.parse().unwrap())
}

/// Damages bytes or pages at random, some as they are in another file.
pub(crate) fn damage(
    bytes: &mut Vec<u8>,
    other: &[u8],
    random: &mut fastrand::Rng,
) -> &'static str {
    let pages = bytes.len() / PAGE;
    let at = random.usize(..bytes.len());
    let page = random.usize(..pages) * PAGE;
    match random.u8(..8) {
        0 | 1 => {
            bytes[at] ^= 1 << random.u8(..8);
            "a bit"
        }
        2 => {
            let end = bytes.len().min(at + random.usize(1..64));
            bytes[at..end].fill_with(|| random.u8(..));
            "some bytes"
        }
        3 => {
            // Where a page has the number of its cells and their places.
            let end = page + 1 + random.usize(..40);
            bytes[end] = random.u8(..);
            "the header of a page"
        }
        4 => {
            bytes[page..page + PAGE].fill(0);
            "a page of zeros"
        }
        5 => {
            let from = random.usize(..pages) * PAGE;
            bytes.copy_within(from..from + PAGE, page);
            "a page in the place of another one"
        }
        6 => {
            if let Some(old) = other.get(page..page + PAGE) {
                bytes[page..page + PAGE].copy_from_slice(old);
            }
            "an old page"
        }
        _ => {
            let is_whole = random.bool();
            bytes.truncate(if is_whole { page } else { at });
            "a file that is cut off"
        }
    }
}

/// Returns the files of a case, and what was done to them.
fn files(killed: &Killed, random: &mut fastrand::Rng) -> (Files, String) {
    let [earlier, running, closed] = [&killed.earlier, &killed.running, &killed.closed];
    let with = |database: &Files, log: &Files| Files {
        database: database.database.clone(),
        log: log.log.clone(),
    };
    match random.u8(..12) {
        0 => (with(running, closed), "the log is missing".to_owned()),
        1 => (
            with(closed, running),
            "a log that was copied already".to_owned(),
        ),
        2 | 3 => {
            let mut files = running.clone();
            let what = damage(&mut files.log, &running.database, random);
            (files, format!("the log: {what}"))
        }
        4 => {
            let mut files = running.clone();
            let what = damage(&mut files.database, &closed.database, random);
            (files, format!("the file below a log: {what}"))
        }
        _ => {
            let mut files = closed.clone();
            let what = damage(&mut files.database, &earlier.database, random);
            (files, what.to_owned())
        }
    }
}

#[test]
fn run_with_a_damaged_journal_is_refused_or_ends_right() {
    let (from, to) = cases(150);
    let mut killed = [Service::Partner, Service::Arm].map(Killed::new);
    let (mut ended, mut wrong) = (0, Vec::new());
    for case in from..to {
        let mut random = fastrand::Rng::with_seed(case);
        let killed = &mut killed[usize::from(random.bool())];
        let (files, what) = files(killed, &mut random);
        let rebases = random.bool();
        match catch_unwind(AssertUnwindSafe(|| killed.resume(&files, rebases))) {
            Ok(Ok(is_over)) => ended += u64::from(is_over),
            Ok(Err(problem)) => wrong.push(format!("case {case}, {what}: {problem}")),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                wrong.push(format!("case {case}, {what}: {}", text.unwrap_or_default()));
            }
        }
    }
    println!("{ended} of {} runs have ended", to - from);
    assert_eq!(wrong, [""; 0]);
    assert!(ended > (to - from) / 20);
}

#[test]
fn run_from_an_old_copy_of_its_journal_writes_nothing_twice() {
    for service in [Service::Partner, Service::Arm] {
        for rebases in [false, true] {
            let mut killed = Killed::new(service);
            let earlier = killed.earlier.clone();
            assert_eq!(killed.resume(&earlier, rebases), Ok(true));
        }
    }
}
