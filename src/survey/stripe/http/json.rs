//! Keys of a `json!` literal, nested ones in brackets as Stripe's forms write them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Keys in the tokens of `json!`, each with its value if that is a literal string: `metadata: { a: 1 }` is
/// `metadata[a]`.
pub fn keys_of(tokens: TokenStream) -> Vec<(String, Option<String>)> {
    let mut out = Vec::new();
    read(tokens, "", &mut out);
    out
}

fn read(tokens: TokenStream, prefix: &str, out: &mut Vec<(String, Option<String>)>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    if let [TokenTree::Group(group)] = trees.as_slice()
        && group.delimiter() == Delimiter::Brace
    {
        return read(group.stream(), prefix, out);
    }
    for entry in trees.split(|tree| matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ',')) {
        // `"key": value`, `"key" => value`
        let (Some(TokenTree::Literal(key)), Some(TokenTree::Punct(_))) = (entry.first(), entry.get(1)) else {
            continue;
        };
        let syn::Lit::Str(key) = syn::Lit::new(key.clone()) else {
            continue;
        };
        let key = match prefix {
            "" => key.value(),
            prefix => format!("{prefix}[{}]", key.value()),
        };
        let arrow = matches!(entry.get(2), Some(TokenTree::Punct(punct)) if punct.as_char() == '>');
        let value = &entry[if arrow { 3 } else { 2 }..];
        match value {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
                if group.stream().is_empty() {
                    out.push((key.clone(), None));
                }
                read(group.stream(), &key, out);
            }
            [TokenTree::Literal(text)] => {
                let text = match syn::Lit::new(text.clone()) {
                    syn::Lit::Str(text) => Some(text.value()),
                    _ => None,
                };
                out.push((key, text));
            }
            _ => out.push((key, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_keys_stand_in_brackets() {
        let tokens = r#"{ "mode": "payment", "metadata": { "user": id.to_string() }, "n": 1, other: 2 }"#;
        let keys = keys_of(tokens.parse().unwrap());
        let named: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(named, ["mode", "metadata[user]", "n"]);
        assert_eq!(keys[0].1.as_deref(), Some("payment"));
    }
}
