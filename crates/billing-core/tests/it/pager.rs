//! A list is read page by page, within limits.

use billing_core::http::Method;
use billing_core::pipeline::{Page, PagedList, Pager, Request, Transport};
use billing_core::{Error, Url, decode};
use billing_test::{Script, Server, once};
use futures_util::StreamExt as _;
use serde_json::Value;

use crate::setup::transport_to;

#[derive(Clone, Debug)]
struct Names {
    transport: Transport,
    pages: u32,
}

impl PagedList for Names {
    type Item = String;
    type Link = String;
    const NAME: &'static str = "names";

    fn transport(&self) -> &Transport {
        &self.transport
    }

    fn first_request(&self) -> Result<Request, Error> {
        let url = self.transport.endpoint().join(["names"])?;
        Ok(self.transport.request(Method::GET, url))
    }

    fn next_request(&self, page: &Url, link: &String) -> Result<Request, Error> {
        let url = self.transport.endpoint().resolve(page, link)?;
        Ok(self.transport.request(Method::GET, url))
    }

    fn read_page(&self, body: &[u8]) -> Result<Page<String, String>, Error> {
        let page: Value = decode(body)?;
        let name = |item: &Value| item.as_str().map(str::to_owned);
        Ok(Page {
            items: page["names"]
                .as_array()
                .map(|names| names.iter().map(name).collect()),
            next: name(&page["next"]),
        })
    }

    fn advance(&mut self) {
        self.pages += 1;
    }
}

async fn pager(pages: &[&str]) -> (Pager<Names>, Server) {
    let server = Server::start(pages.iter().map(|page| Script::json(page)).collect()).await;
    let transport = transport_to(&server.origin(), once());
    (
        Pager::new(Names {
            transport,
            pages: 0,
        }),
        server,
    )
}

#[tokio::test]
async fn pages_are_read_until_one_has_no_link() {
    let pages = [
        r#"{"names":["a",null,"b"],"next":"/names?page=2"}"#,
        r#"{"names":["c"]}"#,
    ];
    let (mut pager, server) = pager(&pages).await;
    let first = pager.next_page().await.unwrap().unwrap();
    assert_eq!(first.body(), &["a", "b"]);
    assert_eq!(pager.list.pages, 1);
    let second = pager.next_page().await.unwrap().unwrap();
    assert_eq!(second.body(), &["c"]);
    assert!(pager.next_page().await.unwrap().is_none());
    assert_eq!(pager.pages_read(), 2);
    assert_eq!(
        server.lines(),
        ["GET /names HTTP/1.1", "GET /names?page=2 HTTP/1.1"]
    );
    // The links are left out, which may have a signature of the service.
    let shown = format!("{pager:?}");
    assert!(shown.starts_with("Pager { list: Names {"), "{shown}");
    assert!(
        shown.ends_with("pages: 2 }, pages_read: 2, .. }"),
        "{shown}"
    );
}

#[tokio::test]
async fn all_pages_are_collected() {
    let pages = [r#"{"names":["a"],"next":"?page=2"}"#, r#"{"names":["b"]}"#];
    let (pager, _server) = pager(&pages).await;
    assert_eq!(pager.collect_all().await.unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn page_that_was_read_before_is_not_requested() {
    let (pager, server) = pager(&[r#"{"names":["a"],"next":"/names"}"#]).await;
    let pages: Vec<_> = pager.into_stream().collect().await;
    let [Ok(_), Err(error)] = &pages[..] else {
        panic!("{pages:?}")
    };
    assert!(error.is_protocol());
    assert_eq!(
        error.to_string(),
        "the service's pages of names lead in a circle"
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn page_beyond_the_limit_is_not_requested() {
    let (mut pager, server) = pager(&[r#"{"names":["a"],"next":"?page=2"}"#]).await;
    pager.max_pages = 1;
    pager.next_page().await.unwrap();
    let error = pager.next_page().await.unwrap_err();
    assert!(error.is_too_large());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn page_after_an_error_is_requested_again() {
    let pages = [r#"{"error":"x"}"#, r#"{"names":["a"]}"#];
    let (mut pager, _server) = pager(&pages).await;
    let error = pager.next_page().await.unwrap_err();
    assert!(error.is_protocol());
    assert!(!error.may_have_taken_effect());
    assert_eq!(
        error.to_string(),
        "the service answered 200 OK, but its body is not a list of names"
    );
    let page = pager.next_page().await.unwrap().unwrap();
    assert_eq!(page.into_body(), ["a"]);
}
