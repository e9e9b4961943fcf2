//! Writes a spec as the reference page that says the same, as text or as Markdown.

use std::fmt::Write as _;

use xtask::spec::emit::Ordered;

/// The form in which a page was copied.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Text,
    Markdown,
}

/// Returns a page. `lost` are the types without a heading.
pub(crate) fn page(spec: &Ordered, form: Form, lost: &[&str]) -> String {
    let mut page = Page {
        form,
        names: entries(get(spec, "definitions"))
            .map(|(key, schema)| {
                let dotnet = text(schema, "x-dotnet-name");
                (key.to_owned(), dotnet.unwrap_or(key).to_owned())
            })
            .collect(),
        out: String::new(),
    };
    page.operation(spec);
    page.types(spec, lost);
    page.out.truncate(page.out.trim_end().len());
    page.out
}

struct Page {
    form: Form,
    /// Keys of definitions, with the names on the page.
    names: Vec<(String, String)>,
    out: String,
}

impl Page {
    fn paragraph(&mut self, text: &str) {
        write!(self.out, "{text}\n\n").unwrap();
    }

    fn heading(&mut self, text: &str) {
        if let Form::Markdown = self.form {
            self.out.push_str("## ");
        }
        self.paragraph(text);
    }

    fn operation(&mut self, spec: &Ordered) {
        let operation = get(spec, "x-operation").unwrap();
        let address = format!(
            "{} {}",
            text(operation, "method").unwrap(),
            text(operation, "url").unwrap()
        );
        self.heading(text(spec, "title").unwrap());
        self.paragraph(text(spec, "description").unwrap());
        self.code("http", &address);
        self.out.push('\n');
        self.heading("URI Parameters");
        let rows = self.parameters(operation, "parameters");
        self.table(&["Name", "In", "Required", "Type", "Description"], rows);
        let request = get(operation, "request").unwrap();
        if get(operation, "headers").is_some() {
            self.heading("Request Header");
            self.media_types(request);
            let rows = self.parameters(operation, "headers");
            self.table(&["Name", "Required", "Type", "Description"], rows);
        }
        self.heading("Request Body");
        self.media_types(request);
        let of_type = get(spec, "definitions").and_then(|all| get(all, text(request, "type")?));
        let rows = match get(request, "members") {
            None => vec![self.parameter(request)],
            Some(_) => {
                let members = self.members("", of_type.unwrap());
                let listed: Vec<_> = items(request, "members").filter_map(string).collect();
                let is_listed = |row: &Row| listed.contains(&&*row.name);
                members.into_iter().filter(is_listed).collect()
            }
        };
        self.table(&["Name", "Type", "Description"], rows);
        self.responses(operation);
        if let Some(security) = get(operation, "security") {
            self.security(security);
        }
        if get(operation, "examples").is_some() {
            self.heading("Examples");
        }
        for example in items(operation, "examples") {
            self.heading(text(example, "name").unwrap());
            self.heading("Sample Request");
            let body = get(example, "request").map(json);
            match self.form {
                Form::Text => {
                    self.paragraph(&address);
                    self.paragraph(&body.unwrap());
                }
                Form::Markdown => self.code("http", &format!("{address}\n\n{}", body.unwrap())),
            }
            self.heading("Sample Response");
            let mut response = String::new();
            for one in items(example, "responses") {
                for (name, value) in entries(get(one, "headers")) {
                    writeln!(response, "{name}: {}", string(value).unwrap()).unwrap();
                }
                response.extend(get(one, "body").map(json));
            }
            self.code("json", &response);
            self.out.push('\n');
        }
    }

    /// Writes a block of code, which is a paragraph of a text.
    fn code(&mut self, language: &str, code: &str) {
        match self.form {
            Form::Text => writeln!(self.out, "{code}").unwrap(),
            Form::Markdown => writeln!(self.out, "```{language}\n{code}\n```").unwrap(),
        }
    }

    fn media_types(&mut self, node: &Ordered) {
        let types: Vec<_> = items(node, "mediaTypes").filter_map(string).collect();
        if !types.is_empty() {
            let list = types.join("\", \"");
            self.paragraph(&format!("Media Types: \"{list}\""));
        }
    }

    fn responses(&mut self, operation: &Ordered) {
        self.heading("Responses");
        let responses: Vec<_> = items(operation, "responses").collect();
        if let Form::Text = self.form {
            self.out.push_str("Name Type Description\n");
        }
        let mut rows = Vec::new();
        for one in &responses {
            let mut row = self.parameter(one);
            let headers = self.parameters(one, "headers");
            match self.form {
                Form::Text => {
                    for cell in [&row.name, &row.kind, &row.description] {
                        if !cell.is_empty() {
                            self.paragraph(cell);
                        }
                    }
                    if !headers.is_empty() {
                        self.paragraph("Headers");
                    }
                    for Row { name, kind, .. } in headers {
                        writeln!(self.out, "  • {name}: {kind}").unwrap();
                    }
                }
                Form::Markdown => {
                    if !headers.is_empty() {
                        row.description.push_str("<br><br>**Headers**");
                    }
                    for Row { name, kind, .. } in headers {
                        write!(row.description, "<br>- {name}: {kind}").unwrap();
                    }
                    rows.push(row);
                }
            }
        }
        if let Form::Markdown = self.form {
            self.table(&["Name", "Type", "Description"], rows);
        }
        if let Some(last) = responses.last() {
            self.media_types(last);
        }
    }

    fn security(&mut self, security: &Ordered) {
        self.heading("Security");
        self.heading(text(security, "name").unwrap());
        self.paragraph(text(security, "description").unwrap());
        let lines = [
            ("Type", "type"),
            ("Flow", "flow"),
            ("Authorization URL", "authorizationUrl"),
        ];
        for (label, key) in lines {
            writeln!(self.out, "{label}: {}", text(security, key).unwrap()).unwrap();
        }
        self.out.push('\n');
        self.heading("Scopes");
        let scopes: Vec<_> = items(security, "scopes").collect();
        match self.form {
            Form::Text => {
                self.out.push_str("Name Description\n");
                for scope in scopes {
                    let words = text(scope, "description").unwrap();
                    writeln!(self.out, "{} {words}", text(scope, "name").unwrap()).unwrap();
                }
                self.out.push('\n');
            }
            Form::Markdown => {
                let rows = self.parameters(security, "scopes");
                self.table(&["Name", "Description"], rows);
            }
        }
    }

    fn types(&mut self, spec: &Ordered, lost: &[&str]) {
        self.heading("Definitions");
        let mut types: Vec<_> = entries(get(spec, "definitions")).collect();
        types.sort_by_key(|(key, _)| self.page_name(key));
        let words = |schema| text(schema, "description").unwrap_or_default().to_owned();
        match self.form {
            Form::Text => {
                self.out.push_str("Name Description\n");
                for (key, schema) in &types {
                    let name = self.page_name(key);
                    match words(schema) {
                        none if none.is_empty() => writeln!(self.out, "{name}").unwrap(),
                        words => write!(self.out, "{name}\n\n{words}\n\n").unwrap(),
                    }
                }
            }
            Form::Markdown => {
                let rows: Vec<_> = types
                    .iter()
                    .map(|(key, schema)| Row {
                        name: self.link(&self.page_name(key)),
                        description: words(schema),
                        ..Row::default()
                    })
                    .collect();
                self.table(&["Name", "Description"], rows);
            }
        }
        for (key, schema) in types {
            if !lost.contains(&key) {
                self.heading(&self.page_name(key));
                if !words(schema).is_empty() {
                    self.paragraph(&words(schema));
                }
            }
            let values = items(schema, "anyOf").flat_map(|choice| items(choice, "enum"));
            let values: Vec<_> = values
                .filter_map(string)
                .map(|value| Row {
                    name: value.to_owned(),
                    kind: "string".to_owned(),
                    ..Row::default()
                })
                .collect();
            let rows = if values.is_empty() {
                self.members("", schema)
            } else {
                values
            };
            self.table(&["Name", "Type", "Description"], rows);
        }
    }

    fn page_name(&self, key: &str) -> String {
        let found = self.names.iter().find(|(known, _)| known == key);
        found.map_or(key, |(_, name)| name).to_owned()
    }

    /// Returns the rows of an object; a member of an inner object is listed by its path.
    fn members(&self, prefix: &str, schema: &Ordered) -> Vec<Row> {
        let mut rows = Vec::new();
        for (name, member) in entries(get(schema, "properties")) {
            let path = format!("{prefix}{name}");
            if get(member, "properties").is_some() {
                rows.extend(self.members(&format!("{path}."), member));
                continue;
            }
            rows.push(Row {
                name: path,
                kind: self.kind(member),
                description: text(member, "description").unwrap_or_default().to_owned(),
                ..Row::default()
            });
        }
        rows
    }

    fn kind(&self, schema: &Ordered) -> String {
        let reference = items(schema, "allOf")
            .chain([schema])
            .find_map(|one| text(one, "$ref"));
        let key = reference.and_then(|one| one.strip_prefix("#/definitions/"));
        match (key, get(schema, "items")) {
            (Some(key), _) => self.page_name(key),
            (None, Some(element)) => format!("{}[]", self.kind(element)),
            (None, None) => text(schema, "type").unwrap().to_owned(),
        }
    }

    fn parameters(&self, node: &Ordered, key: &str) -> Vec<Row> {
        items(node, key).map(|one| self.parameter(one)).collect()
    }

    fn parameter(&self, node: &Ordered) -> Row {
        let cell = |key| text(node, key).unwrap_or_default().to_owned();
        let is_required = get(node, "required").is_some();
        Row {
            name: cell("name"),
            location: cell("in"),
            required: if is_required { "True" } else { "" }.to_owned(),
            kind: self.page_name(&cell("type")),
            description: cell("description"),
        }
    }

    fn link(&self, name: &str) -> String {
        let is_named = self
            .names
            .iter()
            .any(|(_, known)| name.starts_with(&**known));
        if is_named {
            format!("[{name}](#{})", name.to_lowercase().replace('.', ""))
        } else {
            name.to_owned()
        }
    }

    fn table(&mut self, columns: &[&str], rows: Vec<Row>) {
        match self.form {
            Form::Text => {
                writeln!(self.out, "{}", columns.join(" ")).unwrap();
                for row in rows {
                    let gap = if row.location.is_empty() { "" } else { "\n" };
                    let marks = format!("{} {}", row.location, row.required);
                    let name = match marks.trim() {
                        "" => row.name,
                        marks if gap.is_empty() => format!("{} {marks}", row.name),
                        marks => format!("{}\n{marks}", row.name),
                    };
                    for cell in [name, row.kind, row.description] {
                        if !cell.is_empty() {
                            self.paragraph(&cell);
                        }
                    }
                }
            }
            Form::Markdown => {
                writeln!(self.out, "| {} |", columns.join(" | ")).unwrap();
                writeln!(self.out, "|{}", " --- |".repeat(columns.len())).unwrap();
                for row in rows {
                    let cells = columns.iter().map(|column| match *column {
                        "Name" => row.name.clone(),
                        "In" => row.location.clone(),
                        "Required" => row.required.clone(),
                        "Type" => self.link(&row.kind),
                        _ => row.description.clone(),
                    });
                    let cells: Vec<_> = cells.collect();
                    writeln!(self.out, "| {} |", cells.join(" | ")).unwrap();
                }
                self.out.push('\n');
            }
        }
    }
}

#[derive(Default)]
struct Row {
    name: String,
    location: String,
    required: String,
    kind: String,
    description: String,
}

fn get<'a>(node: &'a Ordered, key: &str) -> Option<&'a Ordered> {
    match node {
        Ordered::Object(members) => {
            let found = members.iter().find(|(name, _)| name == key);
            found.map(|(_, value)| value)
        }
        _ => None,
    }
}

fn string(node: &Ordered) -> Option<&str> {
    match node {
        Ordered::Scalar(value) => value.as_str(),
        _ => None,
    }
}

fn text<'a>(node: &'a Ordered, key: &str) -> Option<&'a str> {
    string(get(node, key)?)
}

fn items<'a>(node: &'a Ordered, key: &str) -> impl Iterator<Item = &'a Ordered> {
    match get(node, key) {
        Some(Ordered::Array(items)) => items.iter(),
        _ => [].iter(),
    }
}

fn entries(node: Option<&Ordered>) -> impl Iterator<Item = (&str, &Ordered)> {
    let members = match node {
        Some(Ordered::Object(members)) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(name, value)| (&**name, value))
}

fn json(node: &Ordered) -> String {
    serde_json::to_string_pretty(node).unwrap()
}
