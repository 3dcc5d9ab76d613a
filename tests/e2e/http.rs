//! As much HTTP/1.1 as the programs in these tests speak, and a server for it on the loopback.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use serde_json::Value;

/// A request or a response.
#[derive(Debug, Clone)]
pub struct Message {
    pub start: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// Reads one; `None` where the other side has closed the connection instead.
    pub fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut start = String::new();
        if stream.read_line(&mut start)? == 0 {
            return Ok(None);
        }
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
        }
        let mut message = Self { start: start.trim_end().to_string(), headers, body: Vec::new() };
        if message.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            message.read_chunks(stream)?;
        } else if message.status() != Some(304) && message.status() != Some(204) {
            let length = message.header("content-length").map_or(Ok(0), str::parse);
            message.body = vec![0; length.map_err(io::Error::other)?];
            stream.read_exact(&mut message.body)?;
        }
        Ok(Some(message))
    }

    fn read_chunks(&mut self, stream: &mut impl BufRead) -> io::Result<()> {
        loop {
            let mut size = String::new();
            stream.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk)?;
            self.body.extend(&chunk[..size]);
            if size == 0 {
                return Ok(());
            }
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The status of a response.
    pub fn status(&self) -> Option<u16> {
        self.start.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
    }

    /// Method and path of a request, the path without its query.
    pub fn target(&self) -> (&str, &str) {
        let mut words = self.start.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        (method, path.split('?').next().unwrap_or_default())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is text")
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        let text = self.text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON, {error}: {}\n{text}", self.start))
    }

    pub fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let mut head = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", self.body.len());
        stream.write_all(&[head.as_bytes(), &self.body].concat())?;
        stream.flush()
    }

    pub fn reply(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            start: format!("HTTP/1.1 {status} -"),
            headers: vec![("content-type".into(), content_type.into())],
            body: body.into(),
        }
    }

    pub fn json_reply(status: u16, body: &Value) -> Self {
        Self::reply(status, "application/json", body.to_string())
    }
}

/// Sends one request on a connection of its own.
pub fn exchange(address: SocketAddr, mut request: Message) -> io::Result<Message> {
    request.headers.push(("host".into(), address.to_string()));
    request.headers.push(("connection".into(), "close".into()));
    let mut stream = TcpStream::connect(address)?;
    request.write(&mut stream)?;
    Message::read(&mut BufReader::new(stream))?.ok_or_else(|| io::Error::other("closed without an answer"))
}

/// Answers a request.
pub type Handler = Arc<dyn Fn(&Message) -> Message + Send + Sync>;

/// A server with a thread for each connection. Dropped, it closes its port and its connections.
pub struct Server {
    pub address: SocketAddr,
    ended: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// On a free port out of the range from which the system gives ports away, so that nobody else is given it
    /// while a server is down for a time.
    pub fn start(handler: Handler) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let first = u16::try_from(std::process::id() % 16_000).unwrap_or_default();
        let listener = (0..16_000).find_map(|_| {
            let port = 12_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed) % 16_000) % 16_000;
            TcpListener::bind(("127.0.0.1", port)).ok()
        });
        Self::on(listener.expect("a free port on the loopback"), handler)
    }

    /// On the port of an earlier one.
    pub fn again(address: SocketAddr, handler: Handler) -> Self {
        Self::on(TcpListener::bind(address).expect("the port is free again"), handler)
    }

    fn on(listener: TcpListener, handler: Handler) -> Self {
        let address = listener.local_addr().expect("a bound port");
        let ended = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let thread = thread::spawn({
            let (ended, open) = (ended.clone(), open.clone());
            move || {
                for stream in listener.incoming() {
                    if ended.load(Ordering::SeqCst) {
                        return;
                    }
                    let Ok(stream) = stream else { continue };
                    open.lock().unwrap().extend(stream.try_clone());
                    let handler = handler.clone();
                    thread::spawn(move || converse(stream, &handler));
                }
            }
        });
        Self { address, ended, open, thread: Some(thread) }
    }
}

/// A connection that breaks is the other side's affair.
fn converse(mut stream: TcpStream, handler: &Handler) {
    let Ok(reading) = stream.try_clone() else { return };
    let mut reader = BufReader::new(reading);
    while let Ok(Some(request)) = Message::read(&mut reader) {
        if handler(&request).write(&mut stream).is_err() || request.header("connection") == Some("close") {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().map(JoinHandle::join);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
