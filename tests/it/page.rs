//! The page at the control port, in a browser.

use std::time::{Duration, SystemTime};

use billing_emulator::{Emulator, EmulatorBuilder, SAMPLE_CUSTOMER_ID, SAMPLE_OTHER_CUSTOMER_ID};
use fantoccini::key::Key;
use partner_client::{PartnerClient, StaticToken};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::browser::{Page, browse};

mod loading;

/// The time of the stopped clock: the first of October 2019.
fn sample() -> EmulatorBuilder {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_569_888_000);
    crate::support::sample().clock_at(start)
}

async fn start(builder: EmulatorBuilder) -> (Emulator, PartnerClient, String) {
    let emulator = builder.start().await.unwrap();
    let token = StaticToken::new(emulator.token().reveal());
    let client = PartnerClient::new(emulator.partner_url().parse().unwrap(), token).unwrap();
    let address = format!("{}/", emulator.control_url());
    (emulator, client, address)
}

fn with_faults(builder: EmulatorBuilder, plan: &str) -> EmulatorBuilder {
    builder.faults(plan.parse().unwrap())
}

/// Waits until the page receives events.
async fn connected(page: &Page) {
    page.until("document.querySelector('#connection').textContent === 'Connected'")
        .await;
}

/// Gets a path of Resource Manager without a token.
async fn get(emulator: &Emulator, path: &str) {
    let authority = emulator.arm_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
}

#[tokio::test]
async fn requests_appear_without_reload_and_can_be_filtered() {
    let (emulator, client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        let hint = page.text("#log-empty").await;
        let line = format!("{}/v1/customers", emulator.partner_url());
        assert!(hint.contains(&line), "{hint}");

        let got = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
        got.send().await.unwrap();
        page.until("document.querySelectorAll('#log tr').length === 1")
            .await;
        let row = page.text("#log tr").await;
        let path = format!("/v1/customers/{SAMPLE_CUSTOMER_ID}/profiles/billing");
        for part in ["00:00:00.000", "partner", "GET", &path, "200"] {
            assert!(row.contains(part), "{part} in {row}");
        }
        assert_eq!(page.text("#log-empty").await, "");

        get(&emulator, "/nowhere?api-version=2019-10-01-preview").await;
        page.until("document.querySelectorAll('#log tr').length === 2")
            .await;
        assert!(
            page.text("#log tr").await.contains("/nowhere"),
            "the newest first"
        );
        choose(&page, "log-service", "partner").await;
        let shown = page.text("#log").await;
        assert!(
            shown.contains(&path) && !shown.contains("/nowhere"),
            "{shown}"
        );
        choose(&page, "log-status", "4").await;
        assert_eq!(page.text("#log").await, "");
        assert!(
            page.text("#log-filtered")
                .await
                .starts_with("No recent request")
        );
        choose(&page, "log-service", "").await;
        let shown = page.text("#log").await;
        assert!(
            shown.contains("/nowhere") && !shown.contains(&path),
            "{shown}"
        );

        page.run("document.querySelector('#pause').click()").await;
        get(&emulator, "/later").await;
        page.until("document.querySelector('#held').textContent === '1 new'")
            .await;
        assert!(!page.text("#log").await.contains("/later"));
        page.run("document.querySelector('#pause').click()").await;
        page.until("document.querySelector('#log').textContent.includes('/later')")
            .await;
    })
    .await;
}

async fn choose(page: &Page, id: &str, value: &str) {
    page.run(&format!(
        "const list = document.getElementById({id:?});
         list.value = {value:?};
         list.dispatchEvent(new Event('change'));"
    ))
    .await;
}

#[tokio::test]
async fn a_fault_that_is_switched_by_the_keyboard_takes_effect() {
    let plan = "[[fault]]\nname = 'busy'\nservice = 'partner'\nstatus = 403\nenabled = false\n";
    let (_emulator, client, address) = start(with_faults(sample(), plan)).await;
    browse(&address, async move |page| {
        connected(&page).await;
        page.until("document.querySelector('[role=switch]') !== null")
            .await;
        let read = async || {
            let read = client.get_customer_billing_profile(SAMPLE_CUSTOMER_ID);
            read.send().await.is_ok()
        };
        assert!(read().await);
        page.tab_to("[role=switch]").await;
        page.press(Key::Space).await;
        page.until(
            "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true'",
        )
        .await;
        assert!(!read().await);
        page.until("document.querySelector('#faults').innerText.includes('injected 1')")
            .await;
        let shown = page.text("#log").await;
        assert!(
            shown.contains("403") && shown.contains("fault: busy"),
            "{shown}"
        );
        let focus = page.run("return document.activeElement.getAttribute('role')");
        assert_eq!(focus.await, "switch", "it is still where it was");
        page.press(Key::Space).await;
        page.until(
            "document.querySelector('[role=switch]').getAttribute('aria-checked') === 'false'",
        )
        .await;
        assert!(read().await);
    })
    .await;
}

#[tokio::test]
async fn clock_buttons_move_it_and_moves_by_others_show() {
    let (emulator, _client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        let shows = async |time: &str| {
            page.until(&format!(
                "document.querySelector('#now').textContent === '{time} UTC'"
            ))
            .await;
        };
        shows("2019-10-01 00:00:00").await;
        for (button, time) in [
            ("60", "2019-10-01 00:01:00"),
            ("3600", "2019-10-01 01:01:00"),
            ("86400", "2019-10-02 01:01:00"),
        ] {
            page.run(&format!(
                "document.querySelector('[data-advance=\"{button}\"]').click()"
            ))
            .await;
            shows(time).await;
        }
        let moved = SystemTime::UNIX_EPOCH + Duration::from_secs(1_569_888_000 + 90_060);
        assert_eq!(emulator.now(), moved);
        emulator.advance_clock(Duration::from_secs(1)).unwrap();
        shows("2019-10-02 01:01:01").await;
        page.run(
            "document.querySelector('#time').value = '2031-05-06T07:08';
             document.querySelector('#set-clock button').click()",
        )
        .await;
        shows("2031-05-06 07:08:00").await;
    })
    .await;
}

#[tokio::test]
async fn a_resource_shows_what_it_holds_and_what_each_write_changed() {
    let (_emulator, client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        page.run(
            "document.querySelector('#search').value = 'fabrikam gm';
             document.querySelector('#search').dispatchEvent(new Event('input'))",
        )
        .await;
        page.until("document.querySelector('#range').textContent === '1 to 1 of 1'")
            .await;
        page.tab_to(".choose").await;
        page.press(Key::Enter).await;
        page.until("!document.querySelector('#shown').hidden").await;
        assert_eq!(page.text("#resource-title").await, "Fabrikam GmbH");
        assert!(page.text("#document").await.contains(r#""city": "München""#));
        assert_eq!(page.text("#history-empty").await, "No writes yet.");

        let edit = client.edit_customer_billing_profile(SAMPLE_OTHER_CUSTOMER_ID, |profile| {
            let address = profile.default_address.as_mut().unwrap();
            address.city = Some("Augsburg".to_owned());
            address.address_line3 = None;
        });
        edit.send().await.unwrap();
        page.until("document.querySelectorAll('#history .change').length === 3")
            .await;
        let history = page.text("#history").await;
        for line in [
            "Write 1",
            "attributes.etag",
            "defaultAddress.addressLine3",
            r#""3. Stock""#,
            "defaultAddress.city",
            r#""München""#,
            r#""Augsburg""#,
        ] {
            assert!(history.contains(line), "{line} in {history}");
        }
        let cleared = page
            .run("return [...document.querySelectorAll('.change')].map((change) => change.querySelectorAll('ins').length)")
            .await;
        assert_eq!(cleared, json!([1, 0, 1]), "what was cleared has nothing after it");
        assert!(page.text("#document").await.contains(r#""city": "Augsburg""#));
        page.until("document.querySelector('#resources .number').textContent === '1'")
            .await;
        page.until("document.querySelector('#buckets').innerText.includes('498 of 500 left')")
            .await;
    })
    .await;
}

#[tokio::test]
async fn what_others_wrote_is_shown_as_text() {
    let plan = "[[fault]]\nname = '<img src=x onerror=alert(1)>'\npath = '/odd'\nstatus = 500\n";
    let (emulator, client, address) = start(with_faults(sample(), plan)).await;
    browse(&address, async move |page| {
        connected(&page).await;
        let name = "<script>alert(1)</script><b>bold</b>";
        let edit = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            profile.company_name = Some(name.to_owned());
        });
        edit.send().await.unwrap();
        get(&emulator, "/odd/&lt;b&gt;'\"").await;
        page.until("document.querySelectorAll('#log tr').length === 3")
            .await;
        let row = page.text("#log tr").await;
        assert!(row.contains("/odd/&lt;b&gt;'\""), "{row}");
        assert!(row.contains("fault: <img src=x onerror=alert(1)>"), "{row}");
        page.until("document.querySelector('#resources').textContent.includes('<script>')")
            .await;
        page.run(&format!(
            "[...document.querySelectorAll('.choose')].find((button) => button.textContent.includes({SAMPLE_CUSTOMER_ID:?})).click()"
        ))
        .await;
        page.until("!document.querySelector('#shown').hidden").await;
        assert_eq!(page.text("#resource-title").await, name);
        assert!(page.text("#history").await.contains(name));
        let made = page.run("return document.querySelectorAll('main b, main img, main script').length");
        assert_eq!(made.await, 0);
    })
    .await;
}

#[tokio::test]
async fn everything_is_put_back_by_a_reset_that_is_confirmed() {
    let (emulator, client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        let edit = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            profile.company_name = Some("Northwind Traders".to_owned());
        });
        edit.send().await.unwrap();
        page.until("document.querySelector('#resources').textContent.includes('Northwind')")
            .await;
        page.tab_to("#reset").await;
        page.press(Key::Enter).await;
        page.until("document.querySelector('#confirm').open").await;
        page.press(Key::Escape).await;
        page.until("!document.querySelector('#confirm').open").await;
        assert_eq!(
            emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
            Some(1)
        );

        page.press(Key::Enter).await;
        page.tab_to("#confirm [value=reset]").await;
        page.press(Key::Enter).await;
        page.until("document.querySelectorAll('#log tr').length === 0")
            .await;
        page.until("document.querySelector('#resources').textContent.includes('Contoso, Ltd.')")
            .await;
        assert_eq!(
            emulator.customer_effective_writes(SAMPLE_CUSTOMER_ID),
            Some(0)
        );
    })
    .await;
}

#[tokio::test]
async fn it_says_when_the_emulator_is_gone() {
    let (emulator, _client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        emulator.shutdown().await;
        page.until("document.querySelector('#connection').dataset.state !== 'open'")
            .await;
        let shown = page.text("#connection").await;
        let expected = ["Reconnecting…", "Disconnected; retrying"];
        assert!(expected.contains(&shown.as_str()), "{shown}");
        // The browser reports the lost connection as an error, which this test expects.
        page.forget_complaints().await;
    })
    .await;
}

/// An emulator on a port that it can get again after a restart: systems assign other ports for
/// port 0.
async fn start_at(ports: impl IntoIterator<Item = u16>) -> (Emulator, u16) {
    for port in ports {
        let builder = sample().listen(([127, 0, 0, 1], port).into());
        if let Ok(emulator) = builder.start().await {
            return (emulator, port);
        }
    }
    panic!("no port is free");
}

#[tokio::test]
async fn it_shows_the_emulator_that_comes_in_the_place_of_another() {
    let (emulator, port) = start_at((21_000..23_000).step_by(4)).await;
    let address = format!("{}/", emulator.control_url());
    browse(&address, async move |page| {
        connected(&page).await;
        for path in ["/first", "/second", "/third"] {
            get(&emulator, path).await;
        }
        page.until("document.querySelectorAll('#log tr').length === 3")
            .await;
        emulator.shutdown().await;
        page.until("document.querySelector('#connection').dataset.state !== 'open'")
            .await;
        let (emulator, _) = start_at([port]).await;
        connected(&page).await;
        get(&emulator, "/other").await;
        page.until("document.querySelectorAll('#log tr').length === 1")
            .await;
        let log = page.text("#log").await;
        assert!(log.contains("/other"), "{log}");
        page.forget_complaints().await;
    })
    .await;
}

#[tokio::test]
async fn filters_choose_among_what_was_there_before_a_pause() {
    let (emulator, _client, address) = start(sample()).await;
    browse(&address, async move |page| {
        connected(&page).await;
        get(&emulator, "/before").await;
        page.until("document.querySelectorAll('#log tr').length === 1")
            .await;
        page.run("document.querySelector('#pause').click()").await;
        get(&emulator, "/after").await;
        page.until("document.querySelector('#held').textContent === '1 new'")
            .await;
        choose(&page, "log-service", "arm").await;
        assert!(page.text("#log").await.contains("/before"));
        assert_eq!(page.text("#held").await, "1 new");
        page.run("document.querySelector('#pause').click()").await;
        page.until("document.querySelectorAll('#log tr').length === 2")
            .await;
    })
    .await;
}

/// A page with content in each part.
async fn busy(work: impl AsyncFnOnce(Page)) {
    let plan = "[[fault]]\nname = 'busy'\npath = '/odd'\nstatus = 503\n\n[[fault]]\nstatus = 500\nenabled = false\n";
    let (emulator, client, address) = start(with_faults(sample(), plan)).await;
    browse(&address, async move |page| {
        connected(&page).await;
        let edit = client.edit_customer_billing_profile(SAMPLE_CUSTOMER_ID, |profile| {
            profile.company_name = Some("Northwind Traders".to_owned());
        });
        edit.send().await.unwrap();
        get(&emulator, "/odd").await;
        get(&emulator, "/nowhere").await;
        page.until("document.querySelector('.choose') !== null")
            .await;
        page.run("document.querySelectorAll('.choose')[1].click()")
            .await;
        page.until(
            "document.querySelector('.change') !== null
             && document.querySelector('#buckets li') !== null
             && document.querySelectorAll('#faults li').length === 2
             && document.querySelectorAll('#log tr').length === 4",
        )
        .await;
        work(page).await;
    })
    .await;
}

#[tokio::test]
async fn the_tab_key_reaches_everything_in_the_order_of_the_page() {
    busy(async |page: Page| {
        let all = page
            .run(
                "document.body.tabIndex = -1; document.body.focus();
                 window.wanted = [...document.querySelectorAll('a, button, select, input, [tabindex=\"0\"]')]
                     .filter((element) => element.checkVisibility() && !element.disabled);
                 return window.wanted.length",
            )
            .await;
        let mut missing: Vec<u64> = (0..all.as_u64().unwrap()).collect();
        let mut order = Vec::new();
        // A field of a date has several stops.
        for _ in 0..100 {
            page.press(Key::Tab).await;
            let seen = page
                .run(
                    "const here = document.activeElement;
                     const style = getComputedStyle(here);
                     return [window.wanted.indexOf(here), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]",
                )
                .await;
            let Some(index) = seen[0].as_u64() else { break };
            assert_eq!(seen[1], true, "the focus can be seen on {index}");
            missing.retain(|one| *one != index);
            order.push(index);
        }
        assert_eq!(missing, Vec::<u64>::new());
        assert!(order.is_sorted(), "{order:?}");
        let first = page.run("return window.wanted[0].className").await;
        assert_eq!(first, "skip");
    })
    .await;
}

#[tokio::test]
async fn text_and_controls_have_enough_contrast_in_both_schemes() {
    busy(async |page: Page| {
        page.run("document.querySelector('#error').hidden = false; document.querySelector('#error').textContent = 'wrong'")
            .await;
        let mut grounds = Vec::new();
        for scheme in ["light", "dark"] {
            page.prefer(scheme).await;
            let found = page.run(include_str!("page/contrast.js")).await;
            assert!(found["looked_at"].as_u64().unwrap() > 80, "{found}");
            assert_eq!(found["too_faint"], json!([]), "{scheme}");
            grounds.push(found["ground"].clone());
        }
        assert_ne!(grounds[0], grounds[1], "the schemes differ");
    })
    .await;
}

#[tokio::test]
async fn a_narrow_page_has_nothing_beside_it() {
    busy(async |page: Page| {
        for width in [360, 800, 1280] {
            page.resize(width).await;
            let beside = page
                .run(
                    "return [...document.querySelectorAll('body *')]
                         .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
                         .map((element) => element.outerHTML.slice(0, 80))",
                )
                .await;
            assert_eq!(beside, json!([]), "{width}");
            let wide = page.run("return document.documentElement.scrollWidth").await;
            assert!(wide.as_u64() <= Some(u64::from(width)), "{wide} in {width}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_has_landmarks_headings_and_a_name_for_everything() {
    busy(async |page: Page| {
        let outline = page
            .run("return [...document.querySelectorAll('h1, h2, h3, h4')].filter((heading) => heading.checkVisibility()).map((heading) => `${heading.tagName} ${heading.textContent}`)")
            .await;
        let expected = json!([
            "H1 Billing emulator",
            "H2 Requests",
            "H2 Clock",
            "H2 Rate limits",
            "H2 Faults",
            "H2 Resources",
            "H3 Northwind Traders",
            "H4 Now",
            "H4 History",
        ]);
        assert_eq!(outline, expected);
        let nameless = page
            .run(
                "return [...document.querySelectorAll('section, button, select, input, table, dialog, article')]
                     .filter((element) => !(element.ariaLabel || element.labels?.length || element.ariaLabelledByElements?.length || (element.matches('button') && element.textContent.trim())))
                     .map((element) => element.outerHTML.slice(0, 80))",
            )
            .await;
        assert_eq!(nameless, json!([]));
        assert_eq!(page.run("return document.querySelectorAll('main, header').length").await, 2);
    })
    .await;
}
