"""TLS servers and clients on Python's ssl module for python_peer.py, reporting what they saw as plain data."""
import os
import socket
import ssl
import tempfile
import threading

TIMEOUT = 15
servers = {}
sessions = []


def describe_error(error, phase):
    return {"phase": phase, "kind": type(error).__name__, "message": str(error),
            "reason": getattr(error, "reason", None), "verifyCode": getattr(error, "verify_code", None)}


def temporary(text):
    """A file with this text; load_cert_chain takes nothing but paths."""
    handle, path = tempfile.mkstemp(suffix=".pem")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    return path


def load_identity(context, identity):
    path = temporary(identity["chainPem"] + identity["keyPem"])
    try:
        context.load_cert_chain(path)
    finally:
        os.unlink(path)


def version_named(name):
    return getattr(ssl.TLSVersion, name.replace(".", "_"))


def configure(context, options):
    # Python before 3.10 ignores a missing close_notify by default, which would hide a fact that is to be reported.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0x80)
    if options.get("minVersion"):
        context.minimum_version = version_named(options["minVersion"])
    if options.get("maxVersion"):
        context.maximum_version = version_named(options["maxVersion"])
    if options.get("ciphers"):
        context.set_ciphers(options["ciphers"])
    if options.get("groups"):
        context.set_ecdh_curve(options["groups"])
    if options.get("alpn"):
        context.set_alpn_protocols(options["alpn"])
    if options.get("ca"):
        context.load_verify_locations(cadata=options["ca"])
    if options.get("identity"):
        load_identity(context, options["identity"])
    return context


def server_context(options, identity):
    context = configure(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), dict(options, identity=identity))
    modes = {"none": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}
    context.verify_mode = modes[options.get("clientCertificate") or "none"]
    return context


class Server:
    def __init__(self, options):
        self.behaviour = options.get("behaviour") or "echo"
        self.payload = options.get("payload") or b""
        self.context = server_context(options, options["identity"])
        others = (options.get("sni") or {}).items()
        self.named = {name: server_context(options, identity) for name, identity in others}
        self.context.sni_callback = self.choose
        self.facts = []
        self.ended = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def choose(self, tls, name, context):
        tls.seen_name = name
        if name in self.named:
            tls.context = self.named[name]

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        connection.settimeout(TIMEOUT)
        tls = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False,
                                       suppress_ragged_eofs=False)
        facts = converse(tls, lambda facts: self.serve(tls, facts))
        facts["sni"] = getattr(tls, "seen_name", None)
        with self.ended:
            self.facts.append(facts)
            self.ended.notify_all()

    def serve(self, tls, facts):
        if self.behaviour == "echo":
            receive(tls, facts, None, echo=True)
        else:
            tls.sendall(self.payload)
        if self.behaviour != "ragged":
            return
        # shutdown() forgets the TLS layer: a FIN without close_notify. Reading on avoids a reset, which loses data.
        facts["closed"] = True
        tls.shutdown(socket.SHUT_WR)
        while tls.recv(65536):
            pass


def converse(tls, talk):
    """Handshake, talk, close; never throws, the facts hold the error."""
    facts = {"version": None, "cipher": None, "alpn": None, "peerCommonName": None, "sni": None, "reused": False,
             "received": b"", "cleanClose": False, "error": None, "phase": "handshake"}
    try:
        tls.do_handshake()
        record_handshake(tls, facts)
        facts["phase"] = "data"
        talk(facts)
        facts["phase"] = "close"
        if not facts.get("closed"):
            tls.unwrap()
            facts["cleanClose"] = True
    except (OSError, ValueError) as error:
        facts["error"] = describe_error(error, facts["phase"])
    tls.close()
    for name in ("phase", "closed"):
        facts.pop(name, None)
    return facts


def record_handshake(tls, facts):
    facts["version"] = tls.version()
    facts["cipher"] = tls.cipher()[0]
    facts["alpn"] = tls.selected_alpn_protocol()
    facts["reused"] = bool(tls.session_reused)
    subject = (tls.getpeercert() or {}).get("subject", ())
    names = [value for rdn in subject for key, value in rdn if key == "commonName"]
    facts["peerCommonName"] = names[0] if names else None


def receive(tls, facts, limit, echo=False):
    """Reads `limit` bytes, or up to close_notify."""
    while limit is None or len(facts["received"]) < limit:
        data = tls.recv(65536)
        if not data:
            facts["cleanClose"] = True
            return
        facts["received"] += data
        if echo:
            tls.sendall(data)


def serve(**options):
    server = Server(options)
    servers[server.port] = server
    return server.port


def connections(port, count):
    server = servers[port]
    with server.ended:
        if not server.ended.wait_for(lambda: len(server.facts) >= count, TIMEOUT):
            raise TimeoutError("%d of %d connections ended" % (len(server.facts), count))
        return server.facts[:count]


def close(port):
    listener = servers.pop(port).listener
    try:
        # Wakes the thread in accept(), which close() alone does not on Linux.
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    listener.close()


def client_context(options, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    verify = options.get("verify", True)
    context.check_hostname = bool(verify and name)
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    return configure(context, options)


def connect(port, host="127.0.0.1", servername="localhost", send=b"", read=None, resume=None, **options):
    context, session = sessions[resume] if resume is not None else (client_context(options, servername), None)
    plain = socket.create_connection((host, port), TIMEOUT)
    tls = context.wrap_socket(plain, server_hostname=servername, session=session, do_handshake_on_connect=False,
                              suppress_ragged_eofs=False)
    limit = None if read == "end" or (read is None and not send) else read if read is not None else len(send)

    def talk(facts):
        tls.sendall(send)
        receive(tls, facts, limit)
        # TLS 1.3 tickets arrive with the data, so the session is of use only now.
        sessions.append((context, tls.session))
        facts["session"] = len(sessions) - 1

    return converse(tls, talk)


def pump(client, server):
    """Both handshakes over memory, step by step; raises what the client raises."""
    pending = [client, server]
    while pending:
        for side in list(pending):
            try:
                side.do_handshake()
                pending.remove(side)
            except ssl.SSLWantReadError:
                pass


def match_hostname(identity, ca, target, hostnameChecksCommonName=True, verifyFlags=0):
    """What a verifying client says about this certificate and name: {"verifyCode", "message"}, 0 for success."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=ca)
    context.verify_flags |= verifyFlags
    if not hostnameChecksCommonName:
        context.hostname_checks_common_name = False
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=target)
    server = server_context({}, identity).wrap_bio(to_server, to_client, server_side=True)
    try:
        pump(client, server)
    except ssl.SSLCertVerificationError as error:
        return {"verifyCode": error.verify_code, "message": error.verify_message}
    return {"verifyCode": 0, "message": ""}


def decode_certificate(pem):
    """getpeercert()'s dictionary for any certificate, without a connection."""
    path = temporary(pem)
    try:
        return ssl._ssl._test_decode_cert(path)
    finally:
        os.unlink(path)
