from cart.main import service

service.run()
