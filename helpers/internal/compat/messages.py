"""Asks the installed kernel what Jupyter's protocol says, with Jupyter's own suite (jupyter_kernel_test).

What a GoNB kernel cannot answer is expected to fail, with the reason beside it: when a newer GoNB can, that is an "unexpected success".
"""

import functools
import unittest

import jupyter_kernel_test


class Answers(jupyter_kernel_test.KernelTests):
    kernel_name = "gonb"
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'import "fmt"\n\nfunc main() { fmt.Println("hello, world") }'
    code_stderr = 'import "os"\n\nfunc main() { os.Stderr.WriteString("complaint") }'
    # A program that ends badly writes its last words to stderr before the error; only one that does not compile is an error alone.
    code_generate_error = "func main() { x := 1 }"
    code_display_data = [
        {"code": 'import "github.com/janpfeifer/gonb/gonbui"\n\nfunc main() { gonbui.DisplayHTML("<b>bold</b>") }', "mime": "text/html"}
    ]
    completion_samples = [{"text": 'import "fmt"\n\nfunc main() { fmt.Fprintl', "matches": {"Fprintln"}}]
    code_inspect_sample = 'import "fmt"\n\nfunc main() { fmt.Println() }'

    def get_non_kernel_info_reply(self, timeout=None):
        return super().get_non_kernel_info_reply(timeout=timeout or 60)  # without one it would wait for ever


class Cannot(jupyter_kernel_test.KernelTests):
    kernel_name = "gonb"
    complete_code_samples = ["func main() {}"]
    code_page_something = "%help"
    code_execute_result = [{"code": "1 + 1"}]
    supported_history_operations = ("tail",)
    code_clear_output = "%reset"

    def get_non_kernel_info_reply(self, timeout=None):
        return super().get_non_kernel_info_reply(timeout=min(timeout or 3, 3))

    # A console asks it, to know whether Enter runs or goes on. GoNB is no console's kernel, says its source, and does not answer.
    test_is_complete = unittest.expectedFailure(jupyter_kernel_test.KernelTests.test_is_complete)
    # A console again: what was typed in former sessions. GoNB does not answer.
    test_history = unittest.expectedFailure(jupyter_kernel_test.KernelTests.test_history)
    # Text for IPython's pager. GoNB shows its help below the cell.
    test_pager = unittest.expectedFailure(jupyter_kernel_test.KernelTests.test_pager)
    # The value of a cell's last expression. A Go program has none: what is to be seen, it prints or displays.
    test_execute_result = unittest.expectedFailure(jupyter_kernel_test.KernelTests.test_execute_result)
    # IPython's clear_output. A program of GoNB's shows anew in place with gonbui.UpdateHtml, which is another message.
    test_clear_output = unittest.expectedFailure(jupyter_kernel_test.KernelTests.test_clear_output)

    def test_kernel_info(self):
        self.skipTest("asked above")


class CannotWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "gonb"
    support_iopub_welcome = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kc.get_iopub_msg = functools.partial(cls.kc.get_iopub_msg, timeout=3)

    # "You are subscribed", which takes a kernel with another kind of socket (XPUB) and is optional in the protocol.
    test_recv_iopub_welcome_msg = unittest.expectedFailure(jupyter_kernel_test.IopubWelcomeTests.test_recv_iopub_welcome_msg)


if __name__ == "__main__":
    unittest.main(verbosity=2)
