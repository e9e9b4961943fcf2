//! The service in memory as a target of a run.

use billing_bulk::binding::Binding;
use billing_bulk::document::Document;
use billing_bulk::target::{
    Attempt, BodyError, Comparison, Polled, SignInCheck, Target, Write, Written,
};
use billing_bulk::{Edits, ProfileId, Service};
use billing_core::BoxFuture;
use bytes::Bytes;
use serde_json::Value;

use crate::support::service::{FakeService, breathe};

impl Target for FakeService {
    fn binding(&self) -> &Binding {
        &self.binding
    }

    fn replays(&self) -> bool {
        self.binding.service == Service::Partner
    }

    fn check_sign_in<'a>(
        &'a self,
        profile: &'a ProfileId,
    ) -> Option<BoxFuture<'a, Attempt<SignInCheck>>> {
        let _told = self.lock().sign_in?;
        Some(Box::pin(async move {
            breathe().await;
            let throttled = self.throttled("check", profile);
            throttled.unwrap_or_else(|| self.check_now().unwrap())
        }))
    }

    fn read<'a>(&'a self, profile: &'a ProfileId) -> BoxFuture<'a, Attempt<Document>> {
        Box::pin(async move {
            self.travel().await;
            let throttled = self.throttled("read", profile);
            let attempt = throttled.unwrap_or_else(|| self.read_now(profile));
            breathe().await;
            attempt
        })
    }

    fn body(&self, _before: &Document, edits: &Edits) -> Result<Bytes, BodyError> {
        Ok(edits.merge_patch().to_string().into())
    }

    fn write<'a>(
        &'a self,
        profile: &'a ProfileId,
        write: &'a Write,
    ) -> BoxFuture<'a, Attempt<Written>> {
        Box::pin(async move {
            self.travel().await;
            let throttled = self.throttled("write", profile);
            let attempt = throttled.unwrap_or_else(|| self.write_now(profile, write));
            breathe().await;
            attempt
        })
    }

    fn poll<'a>(
        &'a self,
        profile: &'a ProfileId,
        token: &'a str,
        misses: u32,
    ) -> BoxFuture<'a, Attempt<Polled>> {
        Box::pin(async move {
            self.travel().await;
            let throttled = self.throttled("poll", profile);
            let attempt = throttled.unwrap_or_else(|| self.poll_now(token, misses));
            breathe().await;
            attempt
        })
    }

    fn compare(&self, before: &Document, edits: &Edits, now: &Document) -> Comparison {
        let read =
            |document: &Document| -> Value { serde_json::from_slice(document.json()).unwrap() };
        let (before, now) = (read(before), read(now));
        let mut other = Vec::new();
        let (mut applied, mut unchanged) = (true, true);
        for edit in edits.iter() {
            let name = edit.path.join(".");
            let wanted = edit.value.clone().unwrap_or_default();
            applied &= now[&name] == wanted;
            unchanged &= now[&name] == before[&name];
            if now[&name] != wanted {
                other.push(name);
            }
        }
        match (applied, unchanged) {
            (true, _) => Comparison::Applied,
            (false, true) => Comparison::Unchanged,
            (false, false) => Comparison::Different(other),
        }
    }

    fn changed_paths(&self, before: &Document, now: &Document) -> Vec<String> {
        let read =
            |document: &Document| -> Value { serde_json::from_slice(document.json()).unwrap() };
        let (before, now) = (read(before), read(now));
        let members = now.as_object().unwrap().iter();
        let changed = members.filter(|(name, value)| before[name.as_str()] != **value);
        changed.map(|(name, _)| name.clone()).collect()
    }
}
