//! What is read of calls to Stripe, by client, and what only looks like one.

use crate::survey::StripeCall;
use crate::survey::pages::tests::project;
use crate::target::Target;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\naxum = \"0.8\"\nreqwest = \"0.12\"\nserde = \"1\"\nasync-stripe = \"0.41\"\nasync-stripe-core = \"1\"\nasync-stripe-checkout = \"1\"\nasync-stripe-billing = \"1\"\nureq = \"2\"\n";

/// Calls in a program of these files, and the lines that stay unexplained.
fn read(files: &[(&str, &str)]) -> (Vec<StripeCall>, Vec<String>) {
    let mut all = vec![("Cargo.toml", MANIFEST)];
    all.extend(files);
    let (_dir, target): (_, Target) = project(&all);
    assert_eq!(target.index.unparsed, [], "the sample is Rust");
    let found = crate::survey::survey(&target);
    let open =
        found.apps[0].stripe_unexplained.iter().map(|at| format!("{}: {}", at.line, at.text)).collect();
    (found.survey.apps[0].stripe.clone(), open)
}

fn one(text: &str) -> (Vec<StripeCall>, Vec<String>) {
    read(&[("src/main.rs", text)])
}

/// `object call client metadata customer account`, decoys marked.
fn short(calls: &[StripeCall]) -> Vec<String> {
    calls
        .iter()
        .map(|call| {
            let decoy = call.decoy.as_ref().map_or("", |_| " decoy");
            let customer = call.customer.as_deref().unwrap_or("-");
            let keys = call.metadata.keys.join(",");
            format!(
                "{} {} {} {}[{keys}] {customer} {}{decoy}",
                call.object, call.call, call.client, call.metadata.state, call.account
            )
        })
        .collect()
}

#[track_caller]
fn finds(text: &str, wanted: &[&str]) {
    let (calls, open) = one(text);
    assert_eq!(short(&calls), wanted);
    assert_eq!(open, Vec::<String>::new(), "everything is explained");
}

/// A function around a body, with a client and a key at hand.
fn within(body: &str) -> String {
    format!(
        "const BASE: &str = \"https://api.stripe.com/v1\";\nfn main() {{}}\nasync fn pay(http: reqwest::Client, key: &str, mail: String, id: String) -> Result<(), Error> {{\n{body}\n    Ok(())\n}}\n"
    )
}

const NEW: &str = "customer create form absent[] - own";

#[test]
fn addresses_are_read_however_they_are_written() {
    for body in [
        "http.post(\"https://api.stripe.com/v1/customers\").form(&[(\"email\", &mail)]).send().await?;",
        "http.post(format!(\"{BASE}/customers\")).form(&[(\"email\", &mail)]).send().await?;",
        "http.post(format!(\"{}/customers\", BASE)).form(&[(\"email\", &mail)]).send().await?;",
        "http.post(format!(\"{base}/{what}\", base = BASE, what = \"customers\")).form(&[(\"email\", &mail)]).send().await?;",
        "http.post(BASE.to_string() + \"/customers\").form(&[(\"email\", &mail)]).send().await?;",
        "let url = format!(\"{BASE}/customers\");\nlet req = http.post(&url).basic_auth(key, None::<&str>);\nlet req = req.form(&[(\"email\", &mail)]);\nreq.send().await?;",
        "const END: &str = \"customers\";\nlet mut url = String::from(BASE);\nurl.push_str(\"/\");\nurl += END;\nhttp.post(url).form(&[(\"email\", &mail)]).send().await?;",
        "http.post(reqwest::Url::parse(BASE)?.join(\"customers\")?).form(&[(\"email\", &mail)]).send().await?;",
        "http.request(reqwest::Method::POST, concat!(\"https://api.stripe.com\", \"/v1/customers\")).form(&[(\"email\", &mail)]).send().await?;",
        "ureq::post(\"https://api.stripe.com/v1/customers\").set(\"Authorization\", key).send_form(&[(\"email\", &mail)])?;",
        "let req = hyper::Request::builder().method(\"POST\").uri(\"https://api.stripe.com/v1/customers\").body(format!(\"email={mail}\"))?;",
    ] {
        let text = within(body);
        let text = if body.contains("BASE") {
            text
        } else {
            text.replace("const BASE: &str = \"https://api.stripe.com/v1\";\n", "")
        };
        finds(&text, &[NEW]);
    }
}

#[test]
fn an_address_kept_elsewhere_is_found() {
    let field = "pub struct Pay { http: reqwest::Client, base: String }\nimpl Pay {\n    pub fn new() -> Self { Self { http: reqwest::Client::new(), base: \"https://api.stripe.com/v1\".into() } }\n    fn at(&self, end: &str) -> String { format!(\"{}/{end}\", self.base) }\n    async fn a(&self) { self.http.post(format!(\"{}/customers\", self.base)).form(&[(\"a\", \"b\")]).send().await; }\n    async fn b(&self) { self.http.post(self.at(\"customers\")).form(&[(\"a\", \"b\")]).send().await; }\n}\nfn main() {}\n";
    finds(field, &[NEW, NEW]);
    let given = "pub struct Pay { http: reqwest::Client, base: String }\nimpl Pay {\n    pub fn new(base: &str) -> Self { Self { http: reqwest::Client::new(), base: base.to_string() } }\n    async fn a(&self) { self.http.post(format!(\"{}/customers\", self.base)).form(&[(\"a\", \"b\")]).send().await; }\n}\nfn main() { let pay = Pay::new(\"https://api.stripe.com/v1\"); }\n";
    finds(given, &[NEW]);
    let other_file = [
        ("src/main.rs", "mod base;\nmod pay;\nfn main() {}\n"),
        ("src/base.rs", "pub const BASE: &str = \"https://api.stripe.com\";\n"),
        (
            "src/pay.rs",
            "use crate::base;\nasync fn pay(http: reqwest::Client) { http.post(format!(\"{}/v1/customers\", base::BASE)).form(&[(\"a\", \"b\")]).send().await; }\n",
        ),
    ];
    let (calls, open) = read(&other_file);
    assert_eq!((short(&calls), open), (vec![NEW.to_string()], Vec::new()));
}

#[test]
fn what_is_done_depends_on_path_and_method() {
    finds(
        &within(
            "http.get(format!(\"{BASE}/customers/{id}\")).send().await?;\nhttp.delete(format!(\"{BASE}/customers/{id}\")).send().await?;\nhttp.post(format!(\"{BASE}/customers/{id}\")).form(&[(\"metadata[plan]\", \"pro\")]).send().await?;\nhttp.get(format!(\"{BASE}/customers/search\")).query(&[(\"query\", mail)]).send().await?;\nhttp.post(format!(\"{BASE}/billing_portal/sessions\")).form(&[(\"customer\", id)]).send().await?;\nhttp.post(format!(\"{BASE}/checkout/sessions/{id}/expire\")).send().await?;\nhttp.post(format!(\"{BASE}/prices\")).form(&[(\"a\", \"b\")]).send().await?;",
        ),
        &[
            "customer update form present[plan] - own",
            "customer search query absent[] - own",
            "checkout-session create form absent[] explicit own decoy",
        ],
    );
}

#[test]
fn parameters_are_read_in_every_container() {
    let sent = |before: &str, params: &str| {
        within(&format!("{before}\nhttp.post(format!(\"{{BASE}}/customers\")).form({params}).send().await?;"))
    };
    let present = "customer create form present[user] - own";
    for (before, params) in [
        ("", "&[(\"email\", &mail), (\"metadata[user]\", &id)]"),
        ("let form = [(\"email\", mail), (\"metadata[user]\", id)];", "&form"),
        ("let mut form = vec![(\"email\", mail)];\nform.push((\"metadata[user]\", id));", "&form"),
        (
            "let mut form = std::collections::HashMap::new();\nform.insert(\"email\", mail);\nif true { form.insert(\"metadata[user]\", id); }",
            "&form",
        ),
        ("let form = serde_json::json!({ \"email\": mail, \"metadata[user]\": id });", "&form"),
        (
            "let form: Vec<_> = vec![(\"metadata[user]\".to_string(), id)];\nlet refs: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();",
            "&refs",
        ),
    ] {
        finds(&sent(before, params), &[present]);
    }
    let of = |fields: &str| {
        format!(
            "{}\n#[derive(serde::Serialize)]\nstruct New {{ email: String, {fields} }}\n",
            sent("let new = New { email: mail, user: id };", "&new")
        )
    };
    finds(&of("#[serde(rename = \"metadata[user]\")] user: String"), &[present]);
    finds(&of("user: String"), &[NEW]);
    // Metadata of the subscription is not the session's.
    finds(
        &within(
            "http.post(format!(\"{BASE}/checkout/sessions\")).form(&[(\"mode\", \"subscription\"), (\"subscription_data[metadata][user]\", &id)]).send().await?;",
        ),
        &["checkout-session create form absent[] implicit own"],
    );
    finds(
        &within(
            "http.post(format!(\"{BASE}/customers\")).json(&serde_json::json!({ \"metadata\": { \"user\": id } })).send().await?;",
        ),
        &["customer create json present[user] - own"],
    );
    finds(
        &within(
            "let mut form = vec![(\"email\".to_string(), mail)];\nfor (key, value) in crate::cello::customer_metadata(&pool, id).await { form.push((format!(\"metadata[{key}]\"), value)); }\nhttp.post(format!(\"{BASE}/customers\")).form(&form).send().await?;",
        ),
        &["customer create form cello[] - own"],
    );
}

#[test]
fn sessions_say_whom_they_are_for() {
    let session = |pairs: &str| {
        within(&format!("http.post(format!(\"{{BASE}}/checkout/sessions\")).form(&[{pairs}]).send().await?;"))
    };
    let is = |who: &str| format!("checkout-session create form absent[] {who} own");
    finds(&session("(\"mode\", \"subscription\"), (\"customer\", &id)"), &[&is("explicit")]);
    finds(&session("(\"mode\", \"subscription\"), (\"customer_email\", &mail)"), &[&is("implicit")]);
    finds(&session("(\"mode\", \"payment\"), (\"customer_email\", &mail)"), &[&is("guest")]);
    // A form of the caller's: nobody knows.
    let (calls, _) = one(
        "async fn pay(http: reqwest::Client, form: &[(&str, &str)]) { http.post(\"https://api.stripe.com/v1/checkout/sessions\").form(form).send().await; }\nfn main() {}\n",
    );
    assert_eq!(short(&calls), [is("-")]);
}

#[test]
fn connected_accounts_are_told() {
    let connected = "customer create form absent[] - connected";
    finds(
        &within(
            "http.post(format!(\"{BASE}/customers\")).header(\"Stripe-Account\", id).form(&[(\"a\", \"b\")]).send().await?;",
        ),
        &[connected],
    );
    finds(
        &within(
            "http.post(format!(\"{BASE}/checkout/sessions\")).form(&[(\"mode\", \"payment\"), (\"payment_intent_data[application_fee_amount]\", \"1\")]).send().await?;",
        ),
        &["checkout-session create form absent[] guest connected"],
    );
    // The fee of a charge that is passed on: the Customer is the platform's.
    finds(
        &within(
            "http.post(format!(\"{BASE}/checkout/sessions\")).form(&[(\"mode\", \"payment\"), (\"payment_intent_data[application_fee_amount]\", \"1\"), (\"payment_intent_data[transfer_data][destination]\", &id)]).send().await?;",
        ),
        &["checkout-session create form absent[] guest own"],
    );
}

const WRAPPER: &str = "pub struct Pay { http: reqwest::Client }\nimpl Pay {\n    async fn send(&self, end: &str, form: &[(&str, &str)]) { let url = format!(\"https://api.stripe.com/v1{end}\"); self.http.post(&url).form(form).send().await; }\n    async fn hand_on(&self, end: &str, form: &[(&str, &str)]) { self.send(end, form).await }\n";

#[test]
fn calls_of_a_wrapper_are_sites() {
    finds(
        &format!(
            "{WRAPPER}    async fn a(&self, id: &str) {{ self.send(\"/customers\", &[(\"metadata[user]\", id)]).await; self.send(\"/account_links\", &[]).await; self.hand_on(&format!(\"/customers/{{id}}\"), &[]).await; }}\n}}\nfn main() {{}}\n"
        ),
        &["customer create wrapper present[user] - own", "customer update wrapper absent[] - own"],
    );
    let function = "async fn stripe(method: reqwest::Method, end: &str, account: Option<&str>, form: Vec<(String, String)>) {\n    let mut req = reqwest::Client::new().request(method, format!(\"https://api.stripe.com/{end}\"));\n    if let Some(account) = account { req = req.header(\"Stripe-Account\", account); }\n    req.form(&form).send().await;\n}\nasync fn a() { stripe(reqwest::Method::POST, \"v1/customers\", None, vec![]).await; stripe(reqwest::Method::POST, \"v1/customers\", Some(\"acct\"), vec![]).await; stripe(reqwest::Method::GET, \"v1/customers\", None, vec![]).await; }\nfn main() {}\n";
    finds(
        function,
        &[
            "customer create wrapper absent[] - own",
            "customer create wrapper absent[] - connected",
            "customer search wrapper absent[] - own",
        ],
    );
}

#[test]
fn a_wrapper_behind_a_trait_is_followed() {
    let text = "trait Gate { async fn post(&self, end: &str, form: &[(&str, &str)]); }\nstruct Real { http: reqwest::Client }\nstruct Fake;\nimpl Gate for Real { async fn post(&self, end: &str, form: &[(&str, &str)]) { self.http.post(format!(\"https://api.stripe.com/v1/{end}\")).form(form).send().await; } }\nimpl Gate for Fake { async fn post(&self, end: &str, form: &[(&str, &str)]) {} }\nasync fn a(gate: &dyn Gate) { gate.post(\"customers\", &[(\"email\", \"a\")]).await }\nfn main() {}\n";
    finds(text, &["customer create wrapper absent[] - own"]);
}

#[test]
fn what_can_not_be_read_stays_open() {
    let open = |text: &str| {
        let (calls, open) = one(text);
        assert_eq!(short(&calls), Vec::<String>::new());
        open.len()
    };
    // Nobody calls it, or somebody with what only runs know.
    assert_eq!(open(&format!("{WRAPPER}}}\nfn main() {{}}\n")), 1);
    assert_eq!(
        open(&format!(
            "{WRAPPER}    async fn a(&self) {{ self.send(&pick(), &[]).await }}\n}}\nfn main() {{}}\n"
        )),
        1
    );
    assert_eq!(
        open(&within("http.post(format!(\"{BASE}/{id}\")).form(&[(\"a\", \"b\")]).send().await?;")),
        1
    );
    assert_eq!(open(&within("gone(BASE, \"customers\");")), 1);
    assert_eq!(
        open(
            "fn main() { let url = if live() { \"https://api.stripe.com/v1/customers\" } else { \"http://localhost\" }; reqwest::Client::new().post(url).send(); }\n"
        ),
        1
    );
    // Neither prose nor a policy nor a comment is an address.
    assert_eq!(
        open(
            "// https://api.stripe.com/v1/customers\n/// See https://api.stripe.com/v1.\nfn main() { let csp = \"connect-src 'self' https://api.stripe.com; img-src *\"; } // https://api.stripe.com/v1\n"
        ),
        0
    );
    assert_eq!(
        open(
            "fn main() {}\n#[cfg(test)]\nmod tests { const URL: &str = \"https://api.stripe.com/v1/customers\";\n    #[test]\n    fn a() { let x = \"https://api.stripe.com/v1/customers\"; } }\n"
        ),
        0
    );
}

#[test]
fn look_alikes_say_what_they_are() {
    let decoy = |text: &str| {
        let (calls, _) = one(text);
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls[0].decoy.clone().unwrap_or_default()
    };
    let sent = |url: &str| {
        format!(
            "async fn a(http: reqwest::Client, lago: Config) {{ http.post({url}).json(&serde_json::json!({{}})).send().await; }}\nstruct Config {{ url: String, base: String }}\nfn main() {{}} // subscriptions customers\n"
        )
    };
    assert!(decoy(&sent("\"https://api.lemonsqueezy.com/v1/subscriptions\"")).contains("Lemon Squeezy"));
    assert!(decoy(&sent("\"https://api.example.com/customers\"")).contains("api.example.com"));
    assert!(
        decoy(&sent("format!(\"{}/api/v1/customers\", lago.url)")).contains("can't")
            || decoy(&sent("format!(\"{}/api/v1/customers\", lago.url)")).contains("nothing says")
    );
    // Its own routes, and what a map holds.
    let (calls, _) = one(
        "fn main() { let app = axum::Router::new().route(\"/customers\", axum::routing::post(make)).route(\"/subscriptions\", axum::routing::get(all)); let x = map.get(\"customers\"); }\nasync fn make() {}\nasync fn all() {}\n",
    );
    assert_eq!(short(&calls), Vec::<String>::new());
    // By name alone.
    let (calls, _) = one(
        "struct StripeApi { base_url: String, http: reqwest::Client }\nimpl StripeApi { async fn new_customer(&self) { self.http.post(format!(\"{}/v1/customers\", self.base_url)).form(&[(\"a\", \"b\")]).send().await; } }\nfn main() {}\n",
    );
    assert_eq!(short(&calls), [NEW]);
    assert!(decoy("fn main() {}\n#[cfg(test)]\nmod tests {\n    #[tokio::test]\n    async fn a() { reqwest::Client::new().post(\"https://api.stripe.com/v1/customers\").form(&[(\"a\", \"b\")]).send().await; }\n}\n").contains("test"));
}

#[test]
fn builders_of_version_one_are_read() {
    let text = |body: &str| {
        format!(
            "use stripe_core::customer::{{CreateCustomer, SearchCustomer, UpdateCustomer}};\nuse stripe_checkout::checkout_session::CreateCheckoutSession;\nuse stripe_billing::subscription::CreateSubscription;\nasync fn a(client: &stripe::Client, mail: &str, id: String) {{\n{body}\n}}\nfn begun(id: &str) -> CreateCheckoutSession {{ CreateCheckoutSession::new().customer(id).mode(stripe_checkout::CheckoutSessionMode::Subscription) }}\nfn main() {{}}\n"
        )
    };
    let new = "customer create async-stripe-1 absent[] - own";
    finds(&text("CreateCustomer::new().email(mail).send(client).await;"), &[new]);
    finds(
        &text(
            "let new = CreateCustomer::new().email(mail);\nlet new = new.name(mail);\nnew.send(client).await;",
        ),
        &[new],
    );
    finds(
        &text(
            "let mut new = CreateCustomer::new();\nif true { new = new.metadata([(\"user\".to_string(), id)]); }\nnew.send(client).await;",
        ),
        &["customer create async-stripe-1 present[user] - own"],
    );
    finds(
        &text("CreateCustomer::new().email(mail).customize().account_id(id).send(client).await;"),
        &["customer create async-stripe-1 absent[] - connected"],
    );
    finds(
        &text(
            "UpdateCustomer::new(id).email(mail).send(client).await;\nSearchCustomer::new(\"x\").send_blocking(client);\nCreateSubscription::new(id).send(client).await;\nbegun(\"a\").send(client).await;",
        ),
        &[
            "customer update async-stripe-1 absent[] - own",
            "customer search async-stripe-1 absent[] - own",
            "subscription create async-stripe-1 absent[] explicit own",
            "checkout-session create async-stripe-1 absent[] explicit own",
        ],
    );
    // A channel, and somebody else's builder.
    finds(&text("channel.send(mail);\nother::CreateCustomer::new().send(client).await;"), &[]);
}

#[test]
fn parameters_that_another_function_makes_are_read() {
    let text = |body: &str| {
        format!(
            "use stripe::*;\nfn base(id: CustomerId) -> CreateCheckoutSession<'static> {{ CreateCheckoutSession {{ customer: Some(id), ..Default::default() }} }}\nasync fn a(client: &Client, id: CustomerId) {{\n{body}\n}}\nfn main() {{}}\n"
        )
    };
    finds(
        &text(
            "let mut params = base(id);\nparams.metadata = Some(x());\nCheckoutSession::create(client, params).await;",
        ),
        &["checkout-session create async-stripe-0 present[] explicit own"],
    );
    finds(
        &text("CheckoutSession::create(client, base(id)).await;"),
        &["checkout-session create async-stripe-0 absent[] explicit own"],
    );
    finds(
        &text("CheckoutSession::create(client, unknown(id)).await;"),
        &["checkout-session create async-stripe-0 absent[] - own"],
    );
}
