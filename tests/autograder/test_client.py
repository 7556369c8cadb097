"""Messages are found although nobody hears that they have come."""

import asyncio
import time
from pathlib import Path
from queue import Empty

import pytest
import zmq
import zmq.asyncio
from jupyter_client.session import Session
from nbformat.v4 import new_notebook

from autograder.audit import one_kernel
from autograder.client import WatchfulChannel, WatchfulClient


@pytest.fixture
def session():
    """A session that signs nothing."""
    return Session(key=b"")


@pytest.fixture
def sockets(tmp_path):
    """A kernel's socket, and a client's that is connected to it."""
    with zmq.Context() as kernels, zmq.asyncio.Context() as clients:
        address = f"ipc://{tmp_path}/s"
        with kernels.socket(zmq.PAIR) as kernel, clients.socket(zmq.PAIR) as client:
            kernel.bind(address)
            client.connect(address)
            yield kernel, client


def test_a_message_that_arrived_in_silence_is_found(sockets, session):
    """
    Looking at a socket's events, as sending does, takes the signal that wakes those who
    wait for a message: they look again after a second.
    """
    kernel, client = sockets

    async def scenario():
        waiting = asyncio.create_task(WatchfulChannel(client, session).get_msg(30))
        await asyncio.sleep(0.2)
        session.send(kernel, "status", {"execution_state": "idle"})
        time.sleep(0.2)  # not awaited: the loop must not hear the signal
        assert zmq.Socket.shadow(client.underlying).get(zmq.EVENTS) & zmq.POLLIN
        start = time.monotonic()
        message = await waiting
        return message["content"], time.monotonic() - start

    content, seconds = asyncio.run(scenario())

    assert {"execution_state": "idle"} == content
    assert seconds < 5


@pytest.mark.parametrize("seconds", [0, 0.1, 1.2])
def test_a_wait_ends_when_it_should(sockets, session, seconds):
    """
    Where nothing comes, the wait takes as long as was asked for.
    """
    start = time.monotonic()

    with pytest.raises(Empty):
        asyncio.run(WatchfulChannel(sockets[1], session).get_msg(seconds))

    assert seconds - 0.01 <= time.monotonic() - start < seconds + 0.9


def test_kernels_in_rooms_and_in_audits_are_listened_to_like_that(warm):
    """
    Warm rooms, and the one kernel of audits, hand out such clients.
    """

    async def rooms():
        pair = await warm.pair()
        clients = [room.kc for room in pair]
        for room in pair:
            await room.leave()
        return clients

    cold = one_kernel(new_notebook(), Path.cwd(), 10).create_kernel_manager().client()

    for client in (*asyncio.run(rooms()), cold):
        assert isinstance(client, WatchfulClient)
