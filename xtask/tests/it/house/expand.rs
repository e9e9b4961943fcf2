//! Expands `macro_rules!` of the workspace, so that what they define can be listed.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{ImplItem, Item};

use super::source::Source;

/// The macros of all crates by name.
#[derive(Default)]
pub(crate) struct Macros {
    by_name: BTreeMap<String, Vec<Macro>>,
}

struct Macro {
    /// The crate that `$crate` means.
    home: String,
    rules: Vec<(Vec<Pattern>, Vec<Pattern>)>,
}

/// A part of a matcher or a transcriber.
enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    /// `$name:kind`, or `$name` in a transcriber.
    Variable(String, String),
    Repeat(Vec<Pattern>, Option<TokenTree>, char),
}

#[derive(Clone)]
enum Value {
    Tokens(TokenStream),
    Repeated(Vec<Values>),
}

type Values = BTreeMap<String, Value>;

impl Macros {
    pub(crate) fn of(sources: &[Source]) -> Self {
        let mut macros = Self::default();
        for source in sources {
            for item in source.modules.values().flat_map(|module| &module.items) {
                if let Item::Macro(item) = item
                    && let Some(name) = &item.ident
                {
                    let rules = rules(item.mac.tokens.clone());
                    let home = source.name.clone();
                    macros
                        .by_name
                        .entry(name.to_string())
                        .or_default()
                        .push(Macro { home, rules });
                }
            }
        }
        macros
    }

    /// The items of a module of the crate `home`, with those that macros define.
    pub(crate) fn expand_items(&self, home: &str, items: &[Item]) -> Vec<Item> {
        let mut expanded = Vec::new();
        for item in items {
            match item {
                Item::Macro(call) if call.ident.is_none() => {
                    if let Some(tokens) = self.expand(home, &call.mac) {
                        let file: syn::File = syn::parse2(tokens).unwrap();
                        expanded.extend(self.expand_items(home, &file.items));
                    }
                }
                Item::Impl(block) => {
                    let mut block = block.clone();
                    block.items = self.expand_members(home, &block.items);
                    expanded.push(Item::Impl(block));
                }
                item => expanded.push(item.clone()),
            }
        }
        expanded
    }

    fn expand_members(&self, home: &str, items: &[ImplItem]) -> Vec<ImplItem> {
        let mut expanded = Vec::new();
        for item in items {
            let ImplItem::Macro(call) = item else {
                expanded.push(item.clone());
                continue;
            };
            if let Some(tokens) = self.expand(home, &call.mac) {
                let block: syn::ItemImpl = syn::parse2(quote! { impl X { #tokens } }).unwrap();
                expanded.extend(self.expand_members(home, &block.items));
            }
        }
        expanded
    }

    /// `None` for a macro of another workspace.
    fn expand(&self, home: &str, call: &syn::Macro) -> Option<TokenStream> {
        let name = call.path.segments.last()?.ident.to_string();
        let candidates = self.by_name.get(&name)?;
        let is_own = |candidate: &&Macro| candidate.home == home;
        let chosen = candidates.iter().find(is_own).or(candidates.first())?;
        let dollar_crate = if chosen.home == home {
            "crate"
        } else {
            &chosen.home
        };
        let input: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
        for (matcher, transcriber) in &chosen.rules {
            if let Some((values, rest)) = match_all(matcher, &input)
                && rest.is_empty()
            {
                let mut output = TokenStream::new();
                transcribe(transcriber, &values, dollar_crate, &mut output);
                return Some(output);
            }
        }
        panic!("no rule of `{name}!` takes {}", call.tokens)
    }
}

fn rules(tokens: TokenStream) -> Vec<(Vec<Pattern>, Vec<Pattern>)> {
    let groups: Vec<Group> = tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        })
        .collect();
    groups
        .chunks(2)
        .map(|rule| (patterns(rule[0].stream()), patterns(rule[1].stream())))
        .collect()
}

fn patterns(tokens: TokenStream) -> Vec<Pattern> {
    let mut tokens = tokens.into_iter().peekable();
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) => {
                    let mut kind = String::new();
                    if matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':') {
                        let colon = tokens.next().unwrap();
                        match tokens.peek() {
                            Some(TokenTree::Ident(ident)) if is_kind(&ident.to_string()) => {
                                kind = tokens.next().unwrap().to_string();
                            }
                            // In a transcriber, a colon after a variable is only a colon.
                            _ => {
                                found.push(Pattern::Variable(name.to_string(), kind));
                                found.push(Pattern::Token(colon));
                                continue;
                            }
                        }
                    }
                    found.push(Pattern::Variable(name.to_string(), kind));
                }
                Some(TokenTree::Group(group)) => {
                    let inner = patterns(group.stream());
                    let mut separator = None;
                    let operator = loop {
                        match tokens.next().unwrap() {
                            TokenTree::Punct(p) if matches!(p.as_char(), '*' | '+' | '?') => {
                                break p.as_char();
                            }
                            other => separator = Some(other),
                        }
                    };
                    found.push(Pattern::Repeat(inner, separator, operator));
                }
                other => panic!("unexpected after `$`: {other:?}"),
            },
            TokenTree::Group(group) => {
                found.push(Pattern::Group(group.delimiter(), patterns(group.stream())));
            }
            token => found.push(Pattern::Token(token)),
        }
    }
    found
}

fn is_kind(name: &str) -> bool {
    matches!(
        name,
        "ident" | "ty" | "expr" | "literal" | "tt" | "path" | "meta" | "vis" | "item" | "block"
    )
}

fn match_all<'a>(
    patterns: &[Pattern],
    mut input: &'a [TokenTree],
) -> Option<(Values, &'a [TokenTree])> {
    let mut values = Values::new();
    for pattern in patterns {
        match pattern {
            Pattern::Token(token) => {
                let (first, rest) = input.split_first()?;
                if matches!(first, TokenTree::Group(_)) || first.to_string() != token.to_string() {
                    return None;
                }
                input = rest;
            }
            Pattern::Group(delimiter, inner) => {
                let (TokenTree::Group(group), rest) = input.split_first()? else {
                    return None;
                };
                if group.delimiter() != *delimiter {
                    return None;
                }
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                let (found, left) = match_all(inner, &tokens)?;
                if !left.is_empty() {
                    return None;
                }
                values.extend(found);
                input = rest;
            }
            Pattern::Variable(name, kind) => {
                let (tokens, length) = fragment(kind, input)?;
                values.insert(name.clone(), Value::Tokens(tokens));
                input = &input[length..];
            }
            Pattern::Repeat(inner, separator, operator) => {
                let mut rounds = Vec::new();
                let mut rest = input;
                while let Some((found, left)) = match_all(inner, rest) {
                    rounds.push(found);
                    input = left;
                    rest = left;
                    if *operator == '?' {
                        break;
                    }
                    if let Some(separator) = separator {
                        match rest.split_first() {
                            Some((first, after)) if first.to_string() == separator.to_string() => {
                                rest = after;
                            }
                            _ => break,
                        }
                    }
                }
                if *operator == '+' && rounds.is_empty() {
                    return None;
                }
                let mut names = Vec::new();
                variables(inner, &mut names);
                for name in names {
                    values.insert(name, Value::Repeated(rounds.clone()));
                }
            }
        }
    }
    Some((values, input))
}

fn variables(patterns: &[Pattern], names: &mut Vec<String>) {
    for pattern in patterns {
        match pattern {
            Pattern::Token(_) => {}
            Pattern::Group(_, inner) | Pattern::Repeat(inner, _, _) => variables(inner, names),
            Pattern::Variable(name, _) => names.push(name.clone()),
        }
    }
}

/// The first tokens of `input` as a fragment, and how many they are.
fn fragment(kind: &str, input: &[TokenTree]) -> Option<(TokenStream, usize)> {
    let first = input.first();
    match kind {
        "ident" => {
            matches!(first, Some(TokenTree::Ident(_))).then(|| (first.into_token_stream(), 1))
        }
        "literal" => {
            matches!(first, Some(TokenTree::Literal(_))).then(|| (first.into_token_stream(), 1))
        }
        "tt" => first.map(|token| (token.to_token_stream(), 1)),
        "ty" => parse::<syn::Type>(input),
        "expr" => parse::<syn::Expr>(input),
        "path" => parse::<syn::Path>(input),
        "meta" => parse::<syn::Meta>(input),
        "vis" => parse::<syn::Visibility>(input),
        "item" => parse::<syn::Item>(input),
        "block" => parse::<syn::Block>(input),
        kind => panic!("unknown fragment `{kind}`"),
    }
}

fn parse<T: Parse + ToTokens>(input: &[TokenTree]) -> Option<(TokenStream, usize)> {
    let parser = |stream: ParseStream<'_>| {
        let parsed: T = stream.parse()?;
        let rest: TokenStream = stream.parse()?;
        Ok((parsed.to_token_stream(), rest.into_iter().count()))
    };
    let (tokens, left) = parser.parse2(input.iter().cloned().collect()).ok()?;
    Some((tokens, input.len() - left))
}

fn transcribe(patterns: &[Pattern], values: &Values, home: &str, output: &mut TokenStream) {
    for pattern in patterns {
        match pattern {
            Pattern::Token(token) => output.extend([token.clone()]),
            Pattern::Group(delimiter, inner) => {
                let mut tokens = TokenStream::new();
                transcribe(inner, values, home, &mut tokens);
                output.extend([TokenTree::Group(Group::new(*delimiter, tokens))]);
            }
            Pattern::Variable(name, _) if name == "crate" => {
                output.extend([TokenTree::Ident(Ident::new(home, Span::call_site()))]);
            }
            Pattern::Variable(name, _) => match values.get(name) {
                Some(Value::Tokens(tokens)) => output.extend(tokens.clone()),
                _ => panic!("`${name}` is not a single value"),
            },
            Pattern::Repeat(inner, separator, _) => {
                let mut names = Vec::new();
                variables(inner, &mut names);
                let rounds = names.iter().find_map(|name| match values.get(name) {
                    Some(Value::Repeated(rounds)) => Some(rounds),
                    _ => None,
                });
                for (at, round) in rounds.into_iter().flatten().enumerate() {
                    if at > 0 {
                        output.extend(separator.clone());
                    }
                    let mut inside = values.clone();
                    inside.extend(round.clone());
                    transcribe(inner, &inside, home, output);
                }
            }
        }
    }
}

#[test]
fn repetitions_and_types_are_expanded() {
    let file: syn::File = syn::parse_str(
        "macro_rules! setters {
            ($name:ident { $($member:ident: $value:ty $(= $alias:literal)?;)* }) => {
                impl $name {
                    $(pub fn $member(self, value: impl Into<$value>) -> $crate::Other { $($alias)? })*
                }
            };
        }
        setters! { Thing { a: Vec<u8>; b: String = \"c\"; } }",
    )
    .unwrap();
    let Item::Macro(definition) = &file.items[0] else {
        unreachable!()
    };
    let macros = Macros {
        by_name: BTreeMap::from([(
            "setters".to_owned(),
            vec![Macro {
                home: "core".to_owned(),
                rules: rules(definition.mac.tokens.clone()),
            }],
        )]),
    };
    let expanded = macros.expand_items("client", &file.items[1..]);
    let expected: syn::File = syn::parse_quote! {
        impl Thing {
            pub fn a(self, value: impl Into<Vec<u8>>) -> core::Other {}
            pub fn b(self, value: impl Into<String>) -> core::Other { "c" }
        }
    };
    assert_eq!(expanded, expected.items);
}
