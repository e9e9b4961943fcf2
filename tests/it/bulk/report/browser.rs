//! The page of a report in a browser: looks, keyboard, search, order, and size.

use std::fs;
use std::path::{Path, PathBuf};

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::bulk::report::{sample, site};
use crate::bulk::setup::Site;
use crate::support::browser::{Page, browse};

/// Where the pictures are left.
fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Makes the page of a run of this many profiles, and opens it.
async fn open(profiles: u64, work: impl AsyncFnOnce(Page, &Site)) {
    let site = site(profiles).await;
    let made = site
        .offline(["report", "run.db", "-o", "report.html"])
        .run()
        .await;
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let address = format!("file://{}", site.path("report.html").display());
    browse(&address, async |page| work(page, &site).await).await;
}

/// Asserts that nothing is beside the page.
async fn assert_fits(page: &Page, width: u32) {
    let beside = page
        .run(
            "return [...document.querySelectorAll('body *')]
                 .filter((element) => element.checkVisibility() && !element.matches('.skip')
                     && element.getBoundingClientRect().right > innerWidth + 1)
                 .map((element) => element.outerHTML.slice(0, 80))",
        )
        .await;
    assert_eq!(beside, json!([]), "{width}");
    let wide = page
        .run("return document.documentElement.scrollWidth")
        .await;
    assert!(wide.as_u64() <= Some(u64::from(width)), "{wide} in {width}");
}

/// Asserts that text and controls have enough contrast, and returns the color of the ground.
async fn assert_contrast(page: &Page, form: &str) -> Value {
    let found = page.run(include_str!("../../page/contrast.js")).await;
    assert!(found["looked_at"].as_u64().unwrap() > 300, "{found}");
    assert_eq!(found["too_faint"], json!([]), "{form}");
    found["ground"].clone()
}

async fn rows(page: &Page) -> u64 {
    let rows = page
        .run("return document.querySelectorAll('#rows tr').length")
        .await;
    rows.as_u64().unwrap()
}

async fn range(page: &Page, expected: &str) {
    page.until(&format!(
        "document.querySelector('#range').textContent === {expected:?}"
    ))
    .await;
}

#[tokio::test]
async fn page_is_legible_in_each_form() {
    open(600, async |page, _| {
        let mut grounds = Vec::new();
        for (form, medium, scheme, width) in [
            ("light", "screen", "light", 1280),
            ("dark", "screen", "dark", 1280),
            ("medium", "screen", "light", 800),
            ("narrow", "screen", "light", 400),
            ("narrow-dark", "screen", "dark", 400),
            // The width of A4 without margins.
            ("print", "print", "dark", 673),
        ] {
            page.emulate(medium, scheme).await;
            let picture = page.picture(width).await;
            fs::write(pictures().join(format!("{form}.png")), picture).unwrap();
            assert_fits(&page, width).await;
            grounds.push(assert_contrast(&page, form).await);
        }
        assert_ne!(grounds[0], grounds[1], "the schemes differ");
        let pdf = page.printed().await;
        assert!(pdf.starts_with(b"%PDF"));
        fs::write(pictures().join("report.pdf"), pdf).unwrap();
    })
    .await;
}

#[tokio::test]
async fn printed_page_has_no_controls() {
    open(300, async |page, _| {
        page.emulate("print", "dark").await;
        let seen = page
            .run(
                "const seen = (selector) => [...document.querySelectorAll(selector)].filter((it) => it.checkVisibility()).length;
                 return [seen('input, select, nav, .causes button, .skip'), seen('.causes > li') > 0, seen('#rows tr'), seen('svg.chart')]",
            )
            .await;
        assert_eq!(seen, json!([0, true, 100, 3]));
        let note = page.text("#printed").await;
        assert_eq!(note, "Printed as shown on the screen: 1 to 100 of 300 profiles.");
        let scheme = page.run("return getComputedStyle(document.documentElement).colorScheme").await;
        assert_eq!(scheme, "light");
    })
    .await;
}

#[tokio::test]
async fn page_can_be_used_by_keyboard() {
    open(300, async |page, _| {
        page.press(Key::Tab).await;
        let first = page.run("return document.activeElement.className").await;
        assert_eq!(first, "skip");
        page.tab_to("#search").await;
        page.write("po-").await;
        page.until("!document.querySelector('#clear').hidden").await;
        let found = page.run("return [...document.querySelectorAll('#rows tr')].every((row) => row.innerText.includes('PO-'))").await;
        assert_eq!(found, true);
        page.tab_to("#clear").await;
        page.press(Key::Enter).await;
        range(&page, "1 to 100 of 300 profiles").await;
        let focus = page.run("return document.activeElement.id").await;
        assert_eq!(focus, "search", "the button is gone");

        let sort = async || {
            page.run("return [...document.querySelectorAll('th[aria-sort]')].map((th) => `${th.innerText} ${th.ariaSort}`)").await
        };
        assert_eq!(sort().await, json!(["Row ascending"]));
        page.tab_to("[data-sort=profile]").await;
        page.press(Key::Enter).await;
        assert_eq!(sort().await, json!(["Profile ascending"]));
        page.press(Key::Space).await;
        assert_eq!(sort().await, json!(["Profile descending"]));
        let names = page.run("return [...document.querySelectorAll('#rows .profile')].map((cell) => cell.innerText)").await;
        let names: Vec<_> = names.as_array().unwrap().iter().map(Value::to_string).collect();
        assert!(names.is_sorted_by(|one, other| one >= other));
        page.tab_to("#next").await;
        page.press(Key::Enter).await;
        range(&page, "101 to 200 of 300 profiles").await;

        // Every stop can be seen.
        page.run("document.activeElement.blur(); window.scrollTo(0, 0)").await;
        for _ in 0..30 {
            page.press(Key::Tab).await;
            let seen = page
                .run("const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2")
                .await;
            let at = page.run("return document.activeElement.outerHTML.slice(0, 80)").await;
            assert!(seen == true || at.as_str().unwrap().starts_with("<body"), "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn cause_leads_to_its_profiles() {
    open(600, async |page, _| {
        page.tab_to("[data-find='600051']").await;
        page.press(Key::Enter).await;
        page.until("document.activeElement.id === 'profiles'").await;
        let texts = page
            .run("return [...document.querySelectorAll('#rows tr')].map((row) => row.innerText)")
            .await;
        let texts = texts.as_array().unwrap();
        assert!(!texts.is_empty());
        for text in texts {
            assert!(text.as_str().unwrap().contains("600051"), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn hostile_values_are_text() {
    open(12, async |page, _| {
        let title = page.run("return document.title").await;
        assert!(title.as_str().unwrap().starts_with("Bulk update report"));
        let shown = page.text("#rows tr:nth-child(3) ins").await;
        let expected = sample::HOSTILE
            .replace('\u{202e}', "\\u{202e}")
            .replace('\u{2028}', "\\u{2028}");
        assert_eq!(shown, expected);
        let injected = page
            .run("return document.querySelectorAll('#rows script, #rows b').length")
            .await;
        assert_eq!(injected, 0);
        // A request would be refused by the policy of the page.
        let policy = page
            .run("return document.querySelector('meta[http-equiv]').content")
            .await;
        assert!(
            policy.as_str().unwrap().starts_with("default-src 'none';"),
            "{policy}"
        );
        let outside = page
            .run("return performance.getEntriesByType('resource').length")
            .await;
        assert_eq!(outside, 0);
    })
    .await;
}

#[tokio::test]
async fn page_has_landmarks_headings_and_a_name_for_everything() {
    open(300, async |page, _| {
        let outline = page
            .run("return [...document.querySelectorAll('h1, h2')].map((heading) => `${heading.tagName} ${heading.textContent}`)")
            .await;
        let expected = json!([
            "H1 Bulk update report",
            "H2 Summary",
            "H2 Course of the run",
            "H2 What needs attention",
            "H2 Profiles",
        ]);
        assert_eq!(outline, expected);
        assert_eq!(page.run("return document.documentElement.lang").await, "en");
        let nameless = page
            .run(
                "return [...document.querySelectorAll('section, button, select, input, table, nav, svg[role=img]')]
                     .filter((element) => !(element.ariaLabel || element.labels?.length || element.ariaLabelledByElements?.length || (element.matches('button') && element.textContent.trim())))
                     .map((element) => element.outerHTML.slice(0, 80))",
            )
            .await;
        assert_eq!(nameless, json!([]));
        let live = page.run("return document.querySelector('#range').getAttribute('role')").await;
        assert_eq!(live, "status");
    })
    .await;
}

#[tokio::test]
async fn twenty_thousand_profiles_are_shown_and_searched() {
    open(20_000, async |page, site| {
        range(&page, "1 to 100 of 20,000 profiles").await;
        let took = page
            .run(
                "const [load] = performance.getEntriesByType('navigation');
                 const [table] = performance.getEntriesByName('table');
                 const paint = performance.getEntriesByName('first-contentful-paint')[0];
                 return [load.loadEventEnd, table.startTime, paint?.startTime ?? null].map((time) => time === null ? null : Math.round(time))",
            )
            .await;
        let size = fs::metadata(site.path("report.html")).unwrap().len();
        println!("20,000 profiles: {size} bytes, load, table, first paint in ms: {took}");
        assert!(size < 8_000_000, "{size}");
        choose(&page, "size", "1500").await;
        range(&page, "1 to 1,500 of 20,000 profiles").await;
        assert_eq!(rows(&page).await, 1_500);
        page.run("document.querySelector('#search').focus()").await;
        page.write("fabrikam.example billing19").await;
        page.until("document.querySelector('#range').textContent.includes('found among 20,000')")
            .await;
        let found = page
            .run("return [...document.querySelectorAll('#rows tr')].every((row) => row.innerText.includes('billing19'))")
            .await;
        assert_eq!(found, true);
        assert!(rows(&page).await <= 1_500);
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
