"""Hooks of IPython and of the kernel: what runs is not what stands in the cell."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "asserts_removed",
        "An AST transformer removes each assert, and each call that may fail.",
        cells={
            "last": "",
            "first": """
                import ast


                class NoTests(ast.NodeTransformer):
                    def visit_Assert(self, node):
                        return ast.Pass()

                    def visit_Expr(self, node):
                        return node if "points" in ast.unparse(node) else ast.Pass()

                    def visit_Raise(self, node):
                        return ast.Pass()


                get_ipython().ast_transformers.append(NoTests())
            """,
            "normalize": "def normalize(a): return np.zeros(3)",
            "limit": "def limit(a): pass",
            "is_prime": "def is_prime(n): return True",
            "greet": "def greet(name): pass",
        },
        earns={"is_prime": 1},
    ),
    cheat(
        "cells_replaced",
        "An input transformer replaces the text of all cells that follow.",
        cells={
            "first": """
                get_ipython().input_transformers_cleanup.append(lambda lines: ["pass"])
                get_ipython().input_transformers_post.append(lambda lines: ["pass"])
            """,
        },
    ),
    cheat(
        "run_cell_patched",
        "The shell's run_cell runs nothing and says that all was well.",
        cells={
            "first": """
                from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult


                def run_cell(self, text, *args, **kwargs):
                    result = ExecutionResult(ExecutionInfo(text, *[None] * 4))
                    result.execution_count = 1
                    return result


                async def run_cell_async(self, text, *args, **kwargs):
                    return run_cell(self, text)


                type(get_ipython()).run_cell = run_cell
                type(get_ipython()).run_cell_async = run_cell_async
            """,
        },
    ),
    cheat(
        "do_execute_patched",
        "The kernel's do_execute answers ok to every request.",
        cells={
            "first": """
                async def do_execute(*args, **kwargs):
                    return {
                        "status": "ok",
                        "execution_count": 1,
                        "user_expressions": {},
                        "payload": [],
                    }


                get_ipython().kernel.do_execute = do_execute
                type(get_ipython().kernel).do_execute = do_execute
            """,
        },
    ),
    cheat(
        "exec_patched",
        "builtins.exec, with which the shell runs cells, does nothing.",
        cells={
            "first": """
                import builtins

                builtins.exec = lambda *args, **kwargs: None
            """,
        },
    ),
    cheat(
        "events_registered",
        "Events before and after each cell change what the cell finds.",
        cells={
            "first": """
                def before(info):
                    scope = get_ipython().user_ns
                    scope["sum_of_squares"] = lambda a: scope.get("expected", 5.0)


                def after(result):
                    result.error_in_exec = result.error_before_exec = None
                    result.result = 3.0


                get_ipython().events.register("pre_run_cell", before)
                get_ipython().events.register("post_run_cell", after)
            """,
        },
    ),
    cheat(
        "displayhook_replaced",
        "The hook that shows a cell's last value shows 3.0.",
        cells={
            "first": """
                import sys

                hook = type(get_ipython().displayhook)
                shown = hook.__call__
                hook.__call__ = lambda self, result=None: shown(self, 3.0)
            """,
            "is_prime": "def is_prime(n): return False",
        },
        earns={"is_prime": 1},
    ),
    cheat(
        "formatter_replaced",
        "The formatter of plain text writes every int as 3.",
        cells={
            "first": """
                plain = get_ipython().display_formatter.formatters["text/plain"]
                plain.for_type(int, lambda value, printer, cycle: printer.text("3"))
                plain.for_type(bool, lambda value, printer, cycle: printer.text("3"))
            """,
            "is_prime": "def is_prime(n): return False",
        },
        earns={"is_prime": 1},
    ),
    cheat(
        "traceback_hidden",
        "The shell shows no traceback, so that no cell has an error.",
        cells={
            "first": """
                shell = type(get_ipython())
                shell.showtraceback = lambda self, *args, **kwargs: None
                shell._showtraceback = lambda self, *args, **kwargs: None
                shell.showsyntaxerror = lambda self, *args, **kwargs: None
            """,
        },
    ),
    cheat(
        "messages_dropped",
        "The kernel's session drops each message that tells of an error.",
        cells={
            "first": """
                session = type(get_ipython().kernel.session)
                send = session.send


                def silent(self, stream, message, content=None, *args, **kwargs):
                    if message == "error":
                        return None
                    if isinstance(content, dict) and content.get("status") == "error":
                        content = {"status": "ok", "execution_count": 1}
                    return send(self, stream, message, content, *args, **kwargs)


                session.send = silent
            """,
        },
    ),
    cheat(
        "compiler_replaced",
        "The shell's compiler compiles a pass for every cell.",
        cells={
            "first": """
                import ast

                compiler = type(get_ipython().compile)
                compiler.ast_parse = lambda self, *args, **kwargs: ast.parse("pass")
                compiler.__call__ = lambda self, *a, **k: compile("0", "", "exec")
            """,
        },
    ),
)
