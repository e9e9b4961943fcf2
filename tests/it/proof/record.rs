//! Records every span and every event of this thread, of all libraries and levels, and also what
//! libraries log through `log`.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    spans: Vec<Recorded>,
    by_id: BTreeMap<u64, usize>,
    events: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    /// The index of its parent.
    pub(crate) parent: Option<usize>,
    pub(crate) fields: BTreeMap<&'static str, String>,
}

impl Recorder {
    /// Records this thread until the guard is dropped.
    pub(crate) fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        // Another test may have set it.
        let _ = tracing_log::LogTracer::init();
        let recorder = Self::default();
        let subscriber = tracing_subscriber::registry().with(recorder.clone());
        let guard = tracing::subscriber::set_default(subscriber);
        (recorder, guard)
    }

    pub(crate) fn spans(&self) -> Vec<Recorded> {
        self.0.lock().unwrap().spans.clone()
    }

    /// Returns the records, one on each line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let log = self.0.lock().unwrap();
        let spans = log.spans.iter().map(|span| format!("{span:?}"));
        spans.chain(log.events.iter().cloned()).collect()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut log = self.0.lock().unwrap();
        let parent = context.span(id).and_then(|span| span.parent());
        let parent = parent.and_then(|parent| log.by_id.get(&parent.id().into_u64()).copied());
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let (name, target) = (attributes.metadata().name(), attributes.metadata().target());
        let place = log.spans.len();
        log.by_id.insert(id.into_u64(), place);
        log.spans.push(Recorded {
            name,
            target,
            parent,
            fields: fields.0,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let log = &mut *self.0.lock().unwrap();
        let mut fields = Fields::default();
        values.record(&mut fields);
        let place = log.by_id[&id.into_u64()];
        log.spans[place].fields.extend(fields.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = event.metadata().target().to_owned();
        let _ = write!(line, " {:?}", fields.0);
        self.0.lock().unwrap().events.push(line);
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
