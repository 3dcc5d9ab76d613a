// How this axum serves a router.
async fn listen(listener: tokio::net::TcpListener, router: axum::Router) {
    let listener = listener.into_std().unwrap();
    let server = axum::Server::from_tcp(listener).unwrap();
    server.serve(router.into_make_service()).await.unwrap();
}
