//! An update whose response is lost with the connection is sent once, and carried out once.
//!
//! The emulator accepts it and finishes it by its clock, which the client's pauses move, so that
//! no test waits.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use arm_client::models::{BillingProfilePropertiesUpdate, BillingProfileUpdate};
use arm_client::{ArmClient, ArmClientOptions, SendOptions, StaticToken};
use billing_core::{BoxFuture, Clock, StoredValue};
use billing_emulator::{Emulator, Fault, FaultPlan, SAMPLE_ACCOUNT, SAMPLE_PROFILE};

use crate::support::{billing, requests, sample};

/// A clock that moves the clock of the emulator instead of waiting.
#[derive(Debug)]
struct SharedClock {
    emulator: Arc<Emulator>,
    slept: Mutex<Duration>,
    /// A write of another client during the first pause.
    other: Option<ArmClient>,
}

impl Clock for SharedClock {
    fn now(&self) -> SystemTime {
        self.emulator.now()
    }

    fn elapsed(&self) -> Duration {
        *self.slept.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let is_first = self.elapsed().is_zero();
            *self.slept.lock().unwrap() += duration;
            self.emulator.advance_clock(duration).unwrap();
            if let Some(other) = self.other.as_ref().filter(|_| is_first) {
                let update = update("SOMEBODY-ELSE");
                let begin =
                    other.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
                begin.send().await.unwrap();
            }
        })
    }
}

fn update(po_number: &str) -> BillingProfileUpdate {
    let properties = BillingProfilePropertiesUpdate::default().po_number(po_number);
    BillingProfileUpdate::default().properties(properties)
}

/// An emulator that accepts the first PATCH, finishes it after `time` and loses the response.
async fn losing(time: Duration) -> Emulator {
    let lost = Fault::new().method("PATCH").nth(1).committed().reset();
    sample()
        .clock_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
        .operation_time(time)
        .faults(FaultPlan::new().fault(lost))
        .start()
        .await
        .unwrap()
}

fn stored(emulator: &Emulator) -> (String, u64) {
    let profile = emulator.billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    let po_number = profile.unwrap()["properties"]["poNumber"].clone();
    let writes = emulator.billing_profile_effective_writes(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
    (po_number.as_str().unwrap().to_owned(), writes.unwrap())
}

fn client(emulator: &Emulator, options: ArmClientOptions) -> ArmClient {
    let token = StaticToken::new(emulator.token().reveal());
    ArmClient::with_options(emulator.arm_url().parse().unwrap(), token, options).unwrap()
}

#[tokio::test]
async fn lost_202_is_read_back_and_never_sent_again() {
    for (seconds, has_other, knows_before) in [
        (0, false, false),
        (5, false, false),
        (5, false, true),
        (100, false, true),
        (5, true, false),
        (5, true, true),
    ] {
        let case = format!("{seconds} s, {has_other}, {knows_before}");
        let emulator = Arc::new(losing(Duration::from_secs(seconds)).await);
        let clock = SharedClock {
            other: has_other.then(|| client(&emulator, ArmClientOptions::default())),
            slept: Mutex::default(),
            emulator: Arc::clone(&emulator),
        };
        let options = SendOptions::default().with_clock(Arc::new(clock));
        let client = client(
            &emulator,
            ArmClientOptions::default().with_send_options(options),
        );
        let update = update("PO-NEW");
        let mut begin =
            client.begin_update_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE, &update);
        if knows_before {
            let get = client.get_billing_profile(SAMPLE_ACCOUNT, SAMPLE_PROFILE);
            begin = begin.with_before(get.send().await.unwrap().body());
        }
        let sent = begin.send().await;
        let sent = match sent {
            Ok(poller) => poller.await,
            Err(error) => Err(error),
        };
        let mut expected = vec!["PATCH 0"];
        if has_other {
            expected.push("PATCH 202");
        }
        let mut seen = requests(&emulator);
        seen.retain(|request| request != "GET 200");
        assert_eq!(seen, expected, "{case}");
        if has_other {
            let error = sent.unwrap_err();
            assert!(
                error.may_have_taken_effect() && error.poll_token().is_none(),
                "{case}"
            );
            let outcome = error.outcome().unwrap();
            assert_eq!(
                outcome.unapplied()[0].stored(),
                StoredValue::OtherForm,
                "{case}"
            );
            assert_eq!(stored(&emulator), ("SOMEBODY-ELSE".to_owned(), 2), "{case}");
        } else {
            let response = sent.unwrap();
            assert!(response.outcome().unwrap().is_applied(), "{case}");
            let properties = response.body().properties.as_ref().unwrap();
            assert_eq!(properties.po_number.as_deref(), Some("PO-NEW"), "{case}");
            assert_eq!(stored(&emulator), ("PO-NEW".to_owned(), 1), "{case}");
        }
    }
}

#[tokio::test]
async fn command_exits_4_while_a_lost_update_is_running() {
    let hour = Duration::from_secs(3600);
    for (time, code, before) in [(Duration::ZERO, 0, "PO-NEW"), (hour, 4, "PO-1001")] {
        let emulator = losing(time).await;
        let args = ["arm", "update", SAMPLE_ACCOUNT, SAMPLE_PROFILE, "--yes"];
        let more = ["--set=poNumber=PO-NEW", "--read-back=10ms"];
        let shown = billing(args.into_iter().chain(more))
            .at(&emulator)
            .run()
            .await;
        assert_eq!(shown.code, Some(code), "{}", shown.stderr);
        assert_eq!(shown.stderr.contains("outcome is unknown"), code == 4);
        assert_eq!(requests(&emulator), ["GET 200", "PATCH 0", "GET 200"]);
        assert_eq!(stored(&emulator).0, before);
        // The update was accepted, so a second request would have applied it twice.
        emulator.advance_clock(hour).unwrap();
        assert_eq!(stored(&emulator), ("PO-NEW".to_owned(), 1));
    }
}
