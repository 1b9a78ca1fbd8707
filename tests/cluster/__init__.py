from tests.requirements import require_package

require_package("ray")
