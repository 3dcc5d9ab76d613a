//! Layers around actix-web applications, and what stands for the user behind them: closures, structs without names for
//! their fields, applications bound to a name, sessions with a number of their own.

use super::Case;
use super::actix_shop::case;
use crate::plan::{Status, Verdict};

const LOGGER: &str = "            .wrap(middleware::Logger::default())\n";

#[track_caller]
fn routes(case: &Case) -> (Status, String) {
    let planned = case.plan();
    let (status, reason) = planned.state("routes");
    (status, reason.to_string())
}

#[track_caller]
fn served(case: &Case) {
    let (status, reason) = routes(case);
    assert_eq!(status, Status::Ready, "{reason}");
}

#[track_caller]
fn refused(case: &Case, why: &str) {
    let (status, reason) = routes(case);
    assert_ne!(status, Status::Ready, "{reason}");
    assert!(reason.contains(why), "{reason}");
}

/// With this layer in place of the logger.
fn wrapped(layer: &str) -> Case {
    case().replace("src/main.rs", LOGGER, &format!("            {layer}\n")).any_format()
}

#[test]
fn closures_that_let_everybody_through() {
    served(&wrapped(
        ".wrap_fn(|req, srv| {\n                let answer = srv.call(req);\n                async move { Ok(answer.await?) }\n            })",
    ));
    served(&wrapped(".wrap(middleware::from_fn(|req, next| async move { next.call(req).await }))"));
    for refuses in [
        ".wrap_fn(|req, srv| {\n                if blocked(&req) {\n                    return refuse(req);\n                }\n                srv.call(req)\n            })",
        ".wrap(middleware::from_fn(|req, next| async move { check(&req)?; next.call(req).await }))",
    ] {
        refused(&wrapped(refuses), "can't be read off");
    }
}

#[test]
fn what_a_builder_of_another_crate_makes() {
    let flashes = |made: &str| {
        wrapped(".wrap(flashes.clone())").replace(
            "src/main.rs",
            "    HttpServer::new(",
            &format!("    let flashes = {made};\n    HttpServer::new("),
        )
    };
    served(&flashes("actix_web_flash_messages::FlashMessagesFramework::builder(store()).build()"));
    // Another crate's guard, and one whose chain says more.
    refused(&flashes("gatekeeper::Gate::builder(store()).build()"), "can't be read off");
    refused(&flashes("actix_web_flash_messages::start().build()"), "can't be read off");
}

const LIMITER: &str = r"
pub struct Limiter(pub u32);

impl Limits {
    pub fn sign_up(&self) -> Limiter {
        Limiter(self.most)
    }
}

pub struct Limits {
    pub most: u32,
}

impl<S> actix_web::dev::Transform<S, actix_web::dev::ServiceRequest> for Limiter {
    type Transform = LimiterService<S>;
}

pub struct LimiterService<S> {
    service: S,
}

impl<S> actix_web::dev::Service<actix_web::dev::ServiceRequest> for LimiterService<S> {
    fn call(&self, req: actix_web::dev::ServiceRequest) -> Self::Future {
        if self.is_over(&req) {
            return Box::pin(ready(Err(ErrorTooManyRequests(1))));
        }
        self.service.call(req)
    }
}
";

#[test]
fn layers_made_by_a_struct_and_by_a_method() {
    let with = |layer: &str| {
        let main = format!("{LIMITER}\n#[actix_web::main]");
        wrapped(layer).replace("src/main.rs", "\n#[actix_web::main]", &main)
    };
    served(&with(".wrap(Limiter(5))"));
    served(&with(".wrap(Limits { most: 5 }.sign_up())"));
}

#[test]
fn a_function_with_the_name_of_its_module() {
    let with = |imports: &str| {
        wrapped(".wrap(layers::logger())")
            .replace("src/main.rs", "mod signup;", "mod layers;\nmod signup;")
            .file("src/layers/mod.rs", imports)
            .file("src/layers/logger.rs", "use actix_web::middleware::Logger;\n\npub fn logger() -> Logger {\n    Logger::default()\n}\n")
    };
    served(&with("pub mod logger;\n\npub use logger::logger;\n"));
    refused(&with("pub mod logger;\n"), "can't be read off");
    // A handler, too.
    let handler = case()
        .replace("src/main.rs", "mod signup;", "mod signup;\n\nuse signup::signup;")
        .replace("src/main.rs", "post().to(signup::signup)", "post().to(signup)")
        .any_format();
    assert_eq!(handler.plan().changed("src/signup.rs").len(), 1);
}

const OPTIONAL: &str = r"
pub async fn known<B: actix_web::body::MessageBody>(
    req: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<actix_web::dev::ServiceResponse<B>, Error> {
    let token = token_of(&req)?;
    use actix_web::HttpMessage;
    if let Some(user) = decode(&token) {
        req.extensions_mut().insert(user);
    }
    next.call(req).await
}
";

#[test]
fn who_comes_to_sign_up_may_come_into_an_application_bound_to_a_name() {
    let auth = format!("{}{OPTIONAL}", case().text("src/auth.rs"));
    let bound = wrapped(".wrap(middleware::from_fn(auth::known))")
        .file("src/auth.rs", &auth)
        .replace("src/main.rs", "        App::new()\n", "        let app = App::new()\n")
        .replace(
            "src/main.rs",
            "            .route(\"/signup\"",
            "            ;\n        app.route(\"/signup\"",
        );
    let planned = bound.plan();
    let (verdict, reason) = planned.verdict("signup:signup::signup");
    assert_ne!(verdict, Verdict::NotApplicable, "{reason}");
    // Without a way in it is a guard.
    let guarded = bound
        .replace("src/main.rs", "app.route(\"/signup\"", "app.route(\"/people\"")
        .replace("src/main.rs", "signup::signup", "signup::add")
        .replace("src/signup.rs", "fn signup", "fn add");
    let planned = guarded.plan();
    let (verdict, reason) = planned.verdict("signup:signup::add");
    assert_eq!(verdict, Verdict::NotApplicable, "{reason}");
}

#[test]
fn a_session_s_own_number_is_not_the_user_s() {
    let session = case()
        .replace(
            "src/auth.rs",
            "pub struct CurrentUser {\n    pub id: i64,",
            "pub struct Session {\n    pub id: i64,\n    pub user_id: i64,",
        )
        .replace("src/auth.rs", "impl FromRequest for CurrentUser", "impl FromRequest for Session")
        .replace("src/auth.rs", "Option<CurrentUser>", "Option<Session>")
        .replace("src/auth.rs", "user: CurrentUser", "user: Session")
        .replace("src/billing.rs", "auth::CurrentUser", "auth::Session")
        .replace("src/billing.rs", "user: CurrentUser", "user: Session")
        .any_format();
    let planned = session.plan();
    let module = planned.text("src/cello.rs");
    assert!(module.contains("id: user.user_id.to_string()"), "{module}");
    assert!(planned.text("src/billing.rs").contains("customer_metadata(&state.db, user.user_id)"));
}

#[test]
fn who_is_told_whose_a_session_is_does_not_tell() {
    let helper = |signature: &str| {
        let start = case().text("src/auth.rs").find("impl FromRequest").unwrap();
        let end = case().text("src/auth.rs").find("fn decode").unwrap();
        let auth = case().text("src/auth.rs").to_string();
        let auth = format!(
            "{}{}\npub async fn of_request({signature}) -> Result<CurrentUser, Error> {{\n    todo!()\n}}\n",
            &auth[..start],
            &auth[end..]
        );
        let auth = auth
            .replace("me(user: CurrentUser)", "me(req: HttpRequest)")
            .replace("    user.name\n", "    of_request(&req, 5).await.unwrap().name\n");
        case()
            .file("src/auth.rs", &auth)
            .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n")
            .any_format()
    };
    let planned = helper("req: &HttpRequest").replace("src/auth.rs", "(&req, 5)", "(&req)").plan();
    assert!(planned.text("src/cello.rs").contains("of_request(request)"));
    let planned = helper("req: &HttpRequest, user_id: i64").plan();
    assert_ne!(planned.state("routes").0, Status::Ready);
    let identity = &planned.plan.survey.apps[0].identity;
    assert!(identity.iter().all(|one| one.rank == 0), "{identity:?}");
    // Of a pair it is the one that tells of a user.
    let pair = helper("req: &HttpRequest")
        .replace("src/auth.rs", "Result<CurrentUser, Error>", "Result<(u8, CurrentUser), Error>")
        .replace(
            "src/auth.rs",
            "of_request(&req, 5).await.unwrap().name",
            "of_request(&req).await.unwrap().1.name",
        );
    let planned = pair.plan();
    assert!(planned.plan.survey.apps[0].identity.iter().any(|one| one.rank > 0 && one.id_expr == "user.id"));
    assert_ne!(planned.state("routes").0, Status::Ready);
}

const SHARED: &str = r#"
pub async fn guard<B: actix_web::body::MessageBody>(
    req: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<actix_web::dev::ServiceResponse<B>, Error> {
    let cookie = req.cookie("session").ok_or_else(|| ErrorUnauthorized("sign in"))?;
    let Some(user) = decode(cookie.value()) else {
        return Err(ErrorUnauthorized("sign in"));
    };
    req.extensions_mut().insert(Rc::new(user));
    next.call(req).await
}
"#;

#[test]
fn a_user_that_is_shared_with_the_request() {
    let auth = case().text("src/auth.rs").to_string();
    let (start, end) = (auth.find("impl FromRequest").unwrap(), auth.find("fn decode").unwrap());
    let auth = format!("{}{}{SHARED}", &auth[..start], &auth[end..])
        .replace("user: CurrentUser", "user: actix_web::web::ReqData<Rc<CurrentUser>>")
        .replace("    user.name\n", "    user.name.clone()\n")
        .replace(
            "use actix_web::{Error, FromRequest, HttpRequest};",
            "use actix_web::{Error, HttpMessage};\nuse std::rc::Rc;",
        );
    let shared = case()
        .file("src/auth.rs", &auth)
        .file("src/billing.rs", "pub async fn checkout() -> &'static str {\n    \"\"\n}\n")
        .replace("src/main.rs", "                web::scope(\"/api\")\n", "                web::scope(\"/api\")\n                    .wrap(middleware::from_fn(auth::guard))\n")
        .any_format();
    served(&shared);
    let planned = shared.plan();
    let module = planned.text("src/cello.rs");
    assert!(
        module.contains("web::ReqData::<std::rc::Rc<CurrentUser>>::extract(request).await;\n    let user = user.ok()?.as_ref().clone();\n"),
        "{module}"
    );
    // What is taken is not what is put there; what can't be copied.
    let other = shared.clone().replace("src/auth.rs", "insert(Rc::new(user))", "insert(user)");
    assert_ne!(routes(&other).0, Status::Ready);
    let bare =
        shared.replace("src/auth.rs", "#[derive(Clone)]\npub struct CurrentUser", "pub struct CurrentUser");
    assert_ne!(routes(&bare).0, Status::Ready);
}

#[test]
fn what_there_is_to_sign_in_with_may_go_into_another_table() {
    let without = case()
        .replace(
            "src/users.rs",
            "INSERT INTO users (email, password_hash) VALUES ($1, $2)",
            "INSERT INTO users (display, age) VALUES ($1, $2)",
        )
        .any_format();
    let planned = without.plan();
    assert_ne!(planned.verdict("signup:signup::signup").0, Verdict::NotApplicable);
}

#[test]
fn a_remark_of_a_bearer_token_is_no_api_key() {
    let with = |text: &str| {
        case()
            .replace(
                "src/auth.rs",
                "        let user = req.cookie",
                &format!("        tracing::debug!({text});\n        let user = req.cookie"),
            )
            .any_format()
    };
    served(&with("\"bearer token of {}\", req.head().method"));
    served(&with("\"Bearer realm=api\""));
    assert_ne!(routes(&with("\"Bearer sk_\"")).0, Status::Ready);
}
